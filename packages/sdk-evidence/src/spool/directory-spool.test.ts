import { mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
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
  expect((await spool.list())[0]).toMatchObject({
    state: 'refused',
    refusal: { code: 'SPOOL_DAMAGED', message: expect.stringContaining('publish its file again') },
  });
  await rm(directory, { recursive: true });
});

it("keeps files to its user, leaves strangers' files alone and needs a directory it can write", async () => {
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

it('sends a record once though two processes put it at the very same moment', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const [one, two] = [
    await openDirectorySpool(join(directory, 'one')),
    await openDirectorySpool(join(directory, 'two'), { clock: { now: () => 1 } }),
  ];
  await one.put(spoolRecord(1));
  await two.put(spoolRecord(1));
  const [name = ''] = await readdir(join(directory, 'two', 'waiting'));
  await rename(
    join(directory, 'two', 'waiting', name),
    join(directory, 'one', 'waiting', name.replace(/^\d{17}/, String(Date.now() * 1000 + 7).padStart(17, '0'))),
  );
  expect(await readdir(join(directory, 'one', 'waiting'))).toHaveLength(2);
  expect(await one.list()).toHaveLength(1);
  const lease = await one.lease({ leaseMs: 1000 });
  expect(await one.lease({ leaseMs: 1000 })).toBeNull();
  expect(lease !== null && (await one.complete(lease))).toBe(true);
  expect(await one.list()).toEqual([]);
  await rm(directory, { recursive: true });
});

it('clears away what a crash left half written, once it is a day old', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  await openDirectorySpool(directory);
  await writeFile(join(directory, 'tmp', '.old.tmp'), 'half');
  await writeFile(join(directory, 'tmp', '.new.tmp'), 'half');
  await utimes(join(directory, 'tmp', '.old.tmp'), 1, 1);
  await openDirectorySpool(directory);
  expect(await readdir(join(directory, 'tmp'))).toEqual(['.new.tmp']);
  await rm(directory, { recursive: true });
});
