import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
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

const damages: readonly [string, number, Buffer][] = [
  ['a header of zeros, as a power cut leaves it', 0, Buffer.alloc(100)],
  ['a table that points nowhere', 100, Buffer.alloc(400, 0xff)],
  ['pages of the table overwritten', 4096, Buffer.alloc(8192, 0x5a)],
];
it.each(damages)('puts a damaged file aside, tells it each time it is opened, and takes records again: %s', async (_, at, bytes) => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const path = join(directory, 'spool.db');
  const before = await openSqliteSpool(path);
  for (const number of [1, 2, 3]) await before.put(spoolRecord(number, 6000));
  await before.close();
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
  const told: string[] = [];
  const spool = await openSqliteSpool(path, { clock: { now: () => 1234 }, onDamaged: (damaged) => void told.push(damaged) });
  expect(told).toEqual([`${path}.damaged-1234-${process.pid}`]);
  expect((await stat(told[0] ?? '')).size).toBe(size);
  expect(await spool.put(spoolRecord(4))).toBe('stored');
  await spool.close();
  const again = await openSqliteSpool(path, { onDamaged: (damaged) => void told.push(damaged) });
  expect(told).toHaveLength(2);
  expect(await again.list()).toHaveLength(1);
  await again.close();
  await rm(directory, { recursive: true });
});

it('puts a damaged file aside once, though two find it at the same moment', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const path = join(directory, 'spool.db');
  await writeFile(path, Buffer.alloc(8192));
  const spools = await Promise.all([openSqliteSpool(path), openSqliteSpool(path)]);
  for (const [index, spool] of spools.entries()) await spool.put(spoolRecord(index));
  expect(await spools[0]?.list()).toHaveLength(2);
  expect((await readdir(directory)).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  for (const spool of spools) await spool.close();
  await rm(directory, { recursive: true });
});
