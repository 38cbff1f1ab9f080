// A process that puts ever longer records into a spool whose files may not grow beyond what the test allows; tells each outcome.
import { join } from 'node:path';
import { EvidenceError } from '../evidence-error.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { spoolRecord } from './spool-conformance.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const [kind = '', directory = ''] = process.argv.slice(2);
const spool = kind === 'directory' ? await openDirectorySpool(directory) : await openSqliteSpool(join(directory, 'spool.db'));
for (let number = 1; number <= 20; number++) {
  const outcome = await spool.put(spoolRecord(number, number * 10_000)).catch((error: unknown) => error as EvidenceError);
  process.stdout.write(`${outcome instanceof EvidenceError ? outcome.code : outcome}\n`);
  if (outcome instanceof EvidenceError) break;
}
