import { ServicesError, type ServicesErrorCode } from '../services-error.ts';

const known: readonly (readonly [RegExp, ServicesErrorCode, string])[] = [
  [/No space left on device|Disk quota exceeded/, 'DISK_FULL', 'the disk is full: free some space or choose another data directory'],
  [/could not bind|could not create any TCP\/IP sockets/, 'PORT_TAKEN', 'its port is taken: choose another port'],
  [
    /lock file "postmaster\.pid" already exists|pre-existing shared memory block/,
    'DATA_IN_USE',
    'another server uses its data directory: stop that one first',
  ],
  [
    /database files are incompatible/,
    'DATA_INCOMPATIBLE',
    'its data was written by another version: choose another data directory or reset this one',
  ],
  [
    /Permission denied|has wrong ownership|invalid permissions/,
    'NOT_ACCESSIBLE',
    'it may not read its files: run as their owner or choose another data directory',
  ],
];

/** Reads what PostgreSQL printed before it gave up and says in one line what to do. */
export function postgresFailure(output: string): ServicesError {
  for (const [pattern, code, advice] of known) {
    if (pattern.test(output)) return new ServicesError(code, `PostgreSQL did not start, ${advice}.`, { cause: new Error(output.trim()) });
  }
  const fatal = /(?:FATAL|PANIC|initdb: error):\s*(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  return new ServicesError('START_FAILED', `PostgreSQL did not start: ${fatal === '' ? 'it ended without a word' : fatal}.`, {
    cause: new Error(output.trim()),
  });
}
