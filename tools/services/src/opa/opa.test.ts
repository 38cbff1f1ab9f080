import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-opa-'));
  await mkdir(join(directory, 'bin'));
});

afterEach(() => rm(directory, { recursive: true }));

/** Asks for OPA in a process of its own, with nothing but `bin` on PATH. */
async function ask(): Promise<{ program?: string; code?: string; message?: string }> {
  const script = `
    import { resolveOpa } from ${JSON.stringify(new URL('./opa.ts', import.meta.url).href)};
    const answer = await resolveOpa({ cacheDirectory: ${JSON.stringify(join(directory, 'cache'))} }).then((program) => ({ program }), ({ code, message }) => ({ code, message }));
    process.stdout.write(JSON.stringify(answer));`;
  const { stdout } = await run(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', script], {
    env: { PATH: join(directory, 'bin'), HOME: directory },
  });
  return JSON.parse(stdout) as { program?: string };
}

const pinned = 'h1:CwxTSHfk5GmA1CaySVWyxRvggY2xZYxKL6bhDuWOCuU=';
const dependency = 'github.com/gobwas/glob v0.2.3 h1:A4xDbljILXROh+kObIiy5kIaPYD8e96x1tgBhUI5J+Y=';

/** A stand-in for Go that takes half a second: what is tested is everything around the real build. */
async function provideGo({ sum = pinned, linked = dependency }: { sum?: string; linked?: string } = {}): Promise<void> {
  await writeFile(join(directory, 'go.sum'), `${dependency}\n`);
  const module = `mod\\tgithub.com/open-policy-agent/opa\\tv1.22.0\\t${sum}`;
  const go = [
    '#!/bin/sh',
    `[ "$1 $2" = "version -m" ] && printf 'opa: go1.26\\n\\t${module}\\n\\tdep\\t${linked.replaceAll(' ', '\\t')}\\n' && exit 0`,
    `[ "$1 $2" = "mod download" ] && echo '{"Dir": "${directory}"}' && exit 0`,
    `[ "$1" = version ] && exit 0`,
    `for last; do :; done; echo "$last" >> ${directory}/builds`,
    '/bin/sleep 0.5',
    `echo '#!/bin/sh' > "$GOBIN/opa"`,
    '/bin/chmod +x "$GOBIN/opa"',
  ].join('\n');
  await writeFile(join(directory, 'bin/go'), go);
  await chmod(join(directory, 'bin/go'), 0o755);
}

test('three processes that ask at once build the pinned version once and get the same path', async () => {
  await provideGo();
  const program = join(directory, 'cache/opa-1.22.0/opa');
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([{ program }, { program }, { program }]);
  expect(await readFile(join(directory, 'builds'), 'utf8')).toBe('github.com/open-policy-agent/opa@v1.22.0\n');
  expect(await readdir(join(directory, 'cache'))).toEqual(['opa-1.22.0']);
});

test('a build of other sources than the pinned ones is refused and leaves nothing in the cache', async () => {
  await provideGo({ sum: 'h1:b3RoZXI=' });
  expect(await ask()).toMatchObject({ code: 'PART_UNAVAILABLE', message: expect.stringContaining('h1:b3RoZXI=') });
  expect(await readdir(join(directory, 'cache'))).toEqual([]);
});

test('a build with a dependency that the sources do not name by its checksum is refused', async () => {
  await provideGo({ linked: 'github.com/gobwas/glob v0.2.3 h1:b3RoZXI=' });
  expect(await ask()).toMatchObject({
    code: 'PART_UNAVAILABLE',
    message: expect.stringContaining('github.com/gobwas/glob v0.2.3 h1:b3RoZXI='),
  });
  expect(await readdir(join(directory, 'cache'))).toEqual([]);
});
