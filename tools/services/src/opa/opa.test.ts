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

/** Asks for OPA in a process of its own, with nothing but `bin` and the shell's tools on PATH. */
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

/** A stand-in for Go that takes half a second and installs a program which reports `version`: what is tested is everything around the real build. */
async function provideGo(version: string): Promise<void> {
  const opa = `#!/bin/sh\\necho "Version: ${version}"\\n`;
  const go = [
    '#!/bin/sh',
    `[ "$1" = version ] && exit 0`,
    `echo "$2" >> ${directory}/builds`,
    '/bin/sleep 0.5',
    `printf '${opa}' > "$GOBIN/opa"`,
    '/bin/chmod +x "$GOBIN/opa"',
  ].join('\n');
  await writeFile(join(directory, 'bin/go'), go);
  await chmod(join(directory, 'bin/go'), 0o755);
}

test('three processes that ask at once build the pinned version once and get the same path', async () => {
  await provideGo('1.22.0');
  const program = join(directory, 'cache/opa-1.22.0/opa');
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([{ program }, { program }, { program }]);
  expect(await readFile(join(directory, 'builds'), 'utf8')).toBe('github.com/open-policy-agent/opa@v1.22.0\n');
  expect(await readdir(join(directory, 'cache'))).toEqual(['opa-1.22.0']);
});

test('a build that reports another version is refused and leaves nothing in the cache', async () => {
  await provideGo('1.4.2');
  expect(await ask()).toMatchObject({ code: 'OPA_UNAVAILABLE', message: expect.stringContaining('1.4.2') });
  expect(await readdir(join(directory, 'cache'))).toEqual([]);
});

test('without Go and without Python the answer is one line that says what to install', async () => {
  expect(await ask()).toEqual({ code: 'OPA_UNAVAILABLE', message: expect.stringMatching(/^[^\n]*install one of them[^\n]*$/) });
});
