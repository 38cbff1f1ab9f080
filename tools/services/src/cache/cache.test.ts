import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cached, type CachedPart } from './cache.ts';

let cacheDirectory: string;

beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'promotable-cache-'));
});

afterEach(() => rm(cacheDirectory, { recursive: true }));

const part: CachedPart = {
  name: 'part',
  version: '1.0',
  fill: (directory) => writeFile(join(directory, 'program'), 'content'),
};

test('a part is filled once, a new version beside the old one', async () => {
  let fills = 0;
  const fill = async (directory: string): Promise<void> => {
    fills += 1;
    await writeFile(join(directory, 'program'), String(fills));
  };
  const counting = { ...part, fill };
  const directory = await cached(counting, { cacheDirectory });
  expect(directory).toBe(join(cacheDirectory, 'part-1.0'));
  expect(await cached(counting, { cacheDirectory })).toBe(directory);
  expect(await readFile(join(directory, 'program'), 'utf8')).toBe('1');
  await cached({ ...counting, version: '2.0' }, { cacheDirectory });
  expect((await readdir(cacheDirectory)).sort()).toEqual(['part-1.0', 'part-2.0']);
});

test('two processes that ask at once fill it once, and the second says that it waits', async () => {
  const filler = spawnFiller('wait');
  await filler.begun;
  const lines: string[] = [];
  let second: Promise<string> | undefined;
  await new Promise<void>((said) => {
    second = cached(part, { cacheDirectory, onProgress: (line) => said(void lines.push(line)) });
  });
  expect(lines).toEqual([`part 1.0: process ${filler.process.pid} is at it, waiting`]);
  filler.process.stdin.end();
  await once(filler.process, 'exit');
  expect(await readFile(join((await second) ?? '', 'program'), 'utf8')).toBe('by the other process');
});

test('a fill that is killed leaves nothing that counts, and the next one takes its lock and clears its leftovers away', async () => {
  const filler = spawnFiller('never');
  await filler.begun;
  filler.process.kill('SIGKILL');
  await once(filler.process, 'exit');
  expect((await readdir(cacheDirectory)).sort()).toEqual([expect.stringMatching(/^part-1\.0\.draft-/), 'part-1.0.lock']);
  const directory = await cached(part, { cacheDirectory });
  expect(await readFile(join(directory, 'program'), 'utf8')).toBe('content');
  expect(await readdir(cacheDirectory)).toEqual(['part-1.0']);
});

test('a fill that throws is PART_UNAVAILABLE with its reason, and the next one starts from nothing', async () => {
  const broken = { ...part, fill: () => Promise.reject(new Error('wrong checksum')) };
  await expect(cached(broken, { cacheDirectory })).rejects.toMatchObject({
    code: 'PART_UNAVAILABLE',
    message: 'part 1.0 could not be had: wrong checksum',
  });
  expect(await readdir(cacheDirectory)).toEqual([]);
  await cached(part, { cacheDirectory });
});

test('an abort ends a fill, also one that waits for another process, with ABORTED', async () => {
  const aborting = new AbortController();
  const hanging = { ...part, fill: (_: string, { signal }: { signal: AbortSignal }) => once(signal, 'abort').then(() => undefined) };
  const first = cached(hanging, { cacheDirectory, signal: aborting.signal });
  const second = cached(part, { cacheDirectory, signal: aborting.signal, onProgress: () => aborting.abort() });
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await readdir(cacheDirectory)).toEqual([]);
});

test('a cache that cannot be written is NOT_WRITABLE and names it', async () => {
  const file = join(cacheDirectory, 'file');
  await writeFile(file, '');
  await expect(cached(part, { cacheDirectory: join(file, 'below') })).rejects.toMatchObject({
    code: 'NOT_WRITABLE',
    message: expect.stringContaining(file),
  });
});

/** Another process that fills the part: until its standard input ends, or for ever. */
function spawnFiller(until: 'wait' | 'never') {
  const script = `
    import { writeFileSync } from 'node:fs';
    import { once } from 'node:events';
    import { cached } from ${JSON.stringify(new URL('./cache.ts', import.meta.url).href)};
    const fill = async (directory) => {
      writeFileSync(directory + '/program', 'by the other process');
      console.log('begun');
      await (${until === 'wait'} ? once(process.stdin.resume(), 'end') : new Promise(() => setInterval(() => 0, 1000)));
    };
    await cached({ name: 'part', version: '1.0', fill }, { cacheDirectory: ${JSON.stringify(cacheDirectory)} });`;
  const filler = spawn(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { process: filler, begun: once(filler.stdout, 'data') };
}
