import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { services } from '../catalogue/catalogue.ts';

let directory: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-cli-'));
  const own = new Set(services.flatMap(({ variables }) => variables));
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.has(name)));
  environment = { ...inherited, XDG_RUNTIME_DIR: directory };
});

afterEach(async () => {
  await run('down');
  await rm(directory, { recursive: true });
});

const main = ['--conditions=@promotable/source', new URL('../main.ts', import.meta.url).pathname];

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Finished> {
  return new Promise((done) => {
    execFile(process.execPath, [...main, ...args], { env: environment }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** `up` in the foreground, once it has printed how to reach what it runs. */
async function runUp(...args: string[]): Promise<{ readonly process: ChildProcess; readonly output: string }> {
  const up = spawn(process.execPath, [...main, 'up', ...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(up.stdout, 'data')) as [Buffer];
  return { process: up, output: chunk.toString() };
}

async function answers(uri: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: uri });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

test('up prints one export, runs until Ctrl-C, and then leaves nothing', async () => {
  const up = await runUp('postgres');
  const uri = /^export POSTGRES_URI='(postgres:\/\/[^']+)'\n$/.exec(up.output)?.[1] ?? '';
  expect(await answers(uri)).toBe(true);
  expect((await run('status')).stdout).toContain(`POSTGRES_URI='${uri}'`);
  up.process.kill('SIGINT');
  expect(await once(up.process, 'exit')).toEqual([0, null]);
  expect(await answers(uri)).toBe(false);
  expect(await run('status')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing is running\n' });
});

test('up --detach comes back when everything runs, down stops it, and what is yours stays yours', async () => {
  environment['REDIS_URL'] = 'redis://user.example:6379';
  const up = await run('up', '--detach', '--json', 'postgres', 'valkey');
  expect(up.code).toBe(0);
  const exported = JSON.parse(up.stdout) as Record<string, string>;
  expect(exported).toEqual({ POSTGRES_URI: expect.stringMatching(/^postgres:/), REDIS_URL: 'redis://user.example:6379' });
  expect(up.stderr).toContain('valkey: yours, by REDIS_URL');
  const [session] = JSON.parse((await run('status', '--json')).stdout) as unknown[];
  expect(session).toMatchObject({ detached: true, services: [{ name: 'postgres' }, { name: 'valkey' }] });
  expect(await run('down')).toMatchObject({ code: 0, stderr: 'stopped postgres, valkey\n' });
  expect(await answers(exported['POSTGRES_URI'] ?? '')).toBe(false);
  expect(await readdir(join(directory, 'promotable/services'))).toEqual([]);
});

test('an up that was killed is not shown, and its socket is cleared away', async () => {
  const up = await runUp('postgres');
  up.process.kill('SIGKILL');
  await once(up.process, 'exit');
  expect(await readdir(join(directory, 'promotable/services'))).toEqual([`${up.process.pid}.sock`]);
  expect((await run('status', '--json')).stdout).toBe('[]\n');
  expect(await readdir(join(directory, 'promotable/services'))).toEqual([]);
});

test('wrong names are all listed, with what was meant; they and wrong usage end with exit code 2 and start nothing', async () => {
  const wrong = await run('up', 'postgrs', 'kafak', 'postgres', 'xyz');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('There is no service "postgrs": did you mean postgres?');
  expect(wrong.stderr).toContain('There is no service "kafak": did you mean kafka?');
  expect(wrong.stderr).toMatch(/There is no service "xyz"\nKnown are: postgres, /);
  expect((await run('dwon')).code).toBe(2);
  expect((await run('up', '--detatch')).code).toBe(2);
  expect((await run()).code).toBe(2);
  const help = await run('--help');
  expect(help.code).toBe(0);
  for (const { name } of services) expect(help.stdout).toContain(`  ${name} `);
});

test('a part that cannot be had or started ends with a line about it: exit code 2 before anything starts, 3 after', async () => {
  environment['PATH'] = directory;
  environment['XDG_CACHE_HOME'] = directory;
  expect(await run('up', 'prometheus')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Prometheus .* needs .*: install prometheus, or set PROMETHEUS_URL\.\n$/),
  });
  environment['TMPDIR'] = '/proc';
  expect(await run('up', '--detach', 'postgres')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/postgres: starting\n.+\n$/),
  });
});
