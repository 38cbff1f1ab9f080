import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDirectorySpool } from './directory-spool.ts';
import { spoolConformance, spoolRecord } from './spool-conformance.ts';

spoolConformance({ describe, it }, 'directory', openDirectorySpool);

it('sets a damaged file aside, as refused, and goes on with the next', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const spool = await openDirectorySpool(directory);
  await spool.put(spoolRecord(1));
  const [name = ''] = await readdir(join(directory, 'waiting'));
  await spool.put(spoolRecord(2));
  await writeFile(join(directory, 'waiting', name), '{"idempotencyKey":"k","bun');
  expect((await spool.lease({ leaseMs: 1000 }))?.record.statementDigest).toBe(spoolRecord(2).statementDigest);
  expect((await spool.list())[0]).toMatchObject({ state: 'refused', refusal: { message: expect.stringContaining('damaged') } });
  await rm(directory, { recursive: true });
});

it('keeps files to its user, leaves strangers\' files alone and needs a directory it can write', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const spool = await openDirectorySpool(join(directory, 'new', 'spool'));
  await spool.put(spoolRecord(1));
  const waiting = join(directory, 'new', 'spool', 'waiting');
  await writeFile(join(waiting, 'README'), 'mine');
  const [name = ''] = await readdir(waiting);
  expect((await stat(join(waiting, name))).mode & 0o777).toBe(0o600);
  expect((await stat(waiting)).mode & 0o777).toBe(0o700);
  expect(await spool.list()).toHaveLength(1);
  await writeFile(join(directory, 'file'), '');
  await expect(openDirectorySpool(join(directory, 'file'))).rejects.toMatchObject({ code: 'SPOOL_UNAVAILABLE', status: 500 });
  await rm(directory, { recursive: true });
  await expect(spool.put(spoolRecord(2))).rejects.toMatchObject({ code: 'SPOOL_UNAVAILABLE' });
});
