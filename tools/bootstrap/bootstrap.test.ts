import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolchainEnvironment } from './environment.mjs';
import { writeFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { nodeVersion, toolchains } from './pins.mjs';
import { platformOf } from './platform.mjs';

const root = new URL('../../', import.meta.url);
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'promotable-bootstrap-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

test('only glibc platforms with a pinned toolchain are accepted; any other ends with exit code 2 and one line that names the accepted ones', () => {
  expect(platformOf({ platform: 'linux', arch: 'x64', glibc: '2.36' })).toBe('linux-x64');
  const refused = [
    { platform: 'win32', arch: 'x64', glibc: undefined },
    { platform: 'darwin', arch: 'arm64', glibc: undefined },
    { platform: 'linux', arch: 'x64', glibc: undefined },
  ];
  for (const machine of refused) {
    expect(() => platformOf(machine)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^[^\n]*(linux-x64|glibc)[^\n]*$/) }),
    );
  }
});

test('npm settings that lead to a registry pass, what npm run exports besides does not', () => {
  const environment = toolchainEnvironment(
    {
      PATH: '/usr/bin',
      HOME: '/home/me',
      npm_config_registry: 'https://npm.example',
      npm_config_https_proxy: 'http://proxy',
      npm_config_noproxy: 'localhost',
      npm_config_cafile: '/ca.pem',
      'npm_config_//npm.example/:_authToken': 'token',
      npm_config_loglevel: 'silent',
      npm_config_local_prefix: '/elsewhere',
      npm_lifecycle_event: 'test',
      npm_package_name: 'promotable',
    },
    ['/toolchain/bin'],
  );
  expect(environment).toEqual({
    PATH: '/toolchain/bin:/usr/bin',
    HOME: '/home/me',
    npm_config_registry: 'https://npm.example',
    pnpm_config_registry: 'https://npm.example',
    npm_config_https_proxy: 'http://proxy',
    npm_config_noproxy: 'localhost',
    npm_config_cafile: '/ca.pem',
    'npm_config_//npm.example/:_authToken': 'token',
  });
});

test('a full disk and a directory without permission each become one line that says what to do', () => {
  expect(writeFailure('/data', { code: 'ENOSPC' })?.message).toMatch(/^The disk that holds \/data is full: free .*$/);
  expect(writeFailure('/data', { message: 'EACCES: permission denied' })?.message).toMatch(/^\/data is not writable .*$/);
  expect(writeFailure('/data', { code: 'EIO' })).toBeNull();
});

test('while one holds the lock no other does, also across processes, and the lock of a dead process is taken over', async () => {
  const path = join(directory, 'contended.lock');
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((done) => dead.once('close', done));
  await mkdir(path);
  await writeFile(join(path, 'pid'), String(dead.pid));
  const log = join(directory, 'log');
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
    for (let turn = 0; turn < 5; turn += 1) {
      await withLock(${JSON.stringify(path)}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'in\\n');
        await new Promise((done) => setTimeout(done, 5));
        appendFileSync(${JSON.stringify(log)}, 'out\\n');
      }, () => {});
    }`;
  await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
      expect(await new Promise((done) => child.once('close', done))).toBe(0);
    }),
  );
  expect(await readFile(log, 'utf8')).toBe('in\nout\n'.repeat(15));
  expect((await readdir(directory)).filter((name) => name.startsWith('contended'))).toEqual([]);
});

test('a lock is released when the work fails', async () => {
  const path = join(directory, 'failing.lock');
  await expect(
    withLock(
      path,
      () => Promise.reject(new Error('no')),
      () => undefined,
    ),
  ).rejects.toThrow('no');
  await expect(
    withLock(
      path,
      () => Promise.resolve('next'),
      () => undefined,
    ),
  ).resolves.toBe('next');
});

test('the pins are exact: this very Node, and one SHA-512 per package and platform', () => {
  expect(process.version).toBe(`v${nodeVersion}`);
  for (const { node, pnpm } of Object.values(toolchains)) {
    for (const [name, integrity] of [node, pnpm]) {
      expect(name).toMatch(/^[@a-z]/);
      expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    }
  }
});

test('the root stays without dependencies and lifecycle scripts, so a plain npm install cannot recurse', async () => {
  const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { scripts: Record<string, string> };
  expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining([expect.stringMatching(/dependencies/i)]));
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post|prepare|install)/.test(name))).toEqual([]);
});

test('an unknown task ends with exit code 2, one line on standard error and nothing on standard output', async () => {
  const child = spawn(process.execPath, [new URL('tools/run.mjs', root).pathname, 'nonsense']);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  expect(await new Promise((done) => child.once('close', done))).toBe(2);
  expect(output).toEqual({ stdout: '', stderr: expect.stringMatching(/^promotable: There is no task "nonsense"[^\n]*\n$/) });
});
