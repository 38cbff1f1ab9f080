import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeDataDirectory } from './data-directory.ts';

let path: string;
const keep = { reset: false };

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'story-data-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

it('makes the directory, which others may pass and not look into', async () => {
  const { release } = await takeDataDirectory(join(path, 'a', 'b'), keep);
  expect((await stat(join(path, 'a', 'b'))).mode & 0o777).toBe(0o711);
  await release();
});

it('lets one story in at a time, and the next one when the first has ended', async () => {
  const first = await takeDataDirectory(path, keep);
  await expect(takeDataDirectory(path, keep)).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await first.release();
  await (await takeDataDirectory(path, keep)).release();
});

it('lets exactly one of several in that come at once', async () => {
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeDataDirectory(path, keep)));
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it.each(['999999999 1', ''])('takes over what a story left behind that was killed (%j)', async (left) => {
  await writeFile(join(path, 'story.lock'), left);
  const { release } = await takeDataDirectory(path, keep);
  expect(await readFile(join(path, 'story.lock'), 'utf8')).toMatch(new RegExp(`^${process.pid}\\b`));
  await release();
});

it.runIf(process.platform === 'linux')('is not kept out by another process that got the same id', async () => {
  await writeFile(join(path, 'story.lock'), `${process.pid} 1`);
  await (await takeDataDirectory(path, keep)).release();
});

it('forgets releases, evidence and decision on reset, and nothing that it did not make', async () => {
  const first = await takeDataDirectory(path, keep);
  await writeFile(join(first.evidence, 'A-build.json'), '{}');
  await writeFile(join(path, 'mine.txt'), 'mine');
  await first.release();
  const second = await takeDataDirectory(path, { reset: true });
  await expect(stat(join(second.evidence, 'A-build.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readFile(join(path, 'mine.txt'), 'utf8')).toBe('mine');
  await second.release();
});

it.runIf(process.platform === 'linux').each(['/proc/story', '/dev/null/story', '/dev/null'])(
  'says in one line that %s cannot be written',
  async (unwritable) => {
    await expect(takeDataDirectory(unwritable, keep)).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringMatching(/^\/[^\n]+choose another directory with --data\.$/),
    });
  },
);
