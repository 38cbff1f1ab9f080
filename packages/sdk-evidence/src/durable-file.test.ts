import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeDurably } from './durable-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durable-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('a file has the mode it was given whatever the umask, and nothing lies beside it', async () => {
  const path = join(directory, 'evidence.json');
  const umask = process.umask(0o077);
  await writeDurably(path, 'whole', { mode: 0o644 }).finally(() => process.umask(umask));
  expect((await stat(path)).mode & 0o777).toBe(0o644);
  expect(await readFile(path, 'utf8')).toBe('whole');
  expect(await readdir(directory)).toEqual(['evidence.json']);
});

it('what cannot take its name leaves nothing behind', async () => {
  await expect(writeDurably(directory, 'x', { mode: 0o644, temporaryDirectory: directory })).rejects.toThrow(
    /EISDIR|ENOTEMPTY|EBUSY|EINVAL/,
  );
  expect(await readdir(directory)).toEqual([]);
});
