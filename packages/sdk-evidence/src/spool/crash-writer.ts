// A process that puts records without end and says each one that was acknowledged; the test kills it in the middle.
import { join } from 'node:path';
import { openDirectorySpool } from './directory-spool.ts';
import { spoolRecord } from './spool-conformance.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const [kind = '', directory = ''] = process.argv.slice(2);
const spool = kind === 'directory' ? await openDirectorySpool(directory) : await openSqliteSpool(join(directory, 'spool.db'));
for (let number = 1; ; number++) {
  await spool.put(spoolRecord(number, 20_000));
  process.stdout.write(`${number}\n`);
}
