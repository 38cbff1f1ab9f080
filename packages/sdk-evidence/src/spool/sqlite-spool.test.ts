import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spoolConformance, spoolRecord } from './spool-conformance.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

spoolConformance({ describe, it }, 'node:sqlite', (directory, options) => openSqliteSpool(join(directory, 'spool.db'), options));

it('refuses a file that is no database, and a place that is none, and says which', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  await writeFile(join(directory, 'text'), 'this is no database, but long enough to be taken for one'.repeat(20));
  await expect(openSqliteSpool(join(directory, 'text'))).rejects.toMatchObject({
    code: 'SPOOL_UNAVAILABLE',
    message: expect.stringContaining('not a database'),
  });
  await expect(openSqliteSpool(join(directory, 'no', 'spool.db'))).rejects.toMatchObject({
    code: 'SPOOL_UNAVAILABLE',
    message: expect.stringContaining(directory),
  });
  await rm(directory, { recursive: true });
});

it('keeps the file to its user and flushes every commit', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const path = join(directory, 'spool.db');
  const spool = await openSqliteSpool(path);
  await spool.put(spoolRecord(1));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await spool.close();
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
  await expect(spool.put(spoolRecord(2))).rejects.toMatchObject({ code: 'SPOOL_UNAVAILABLE' });
  await rm(directory, { recursive: true });
});
