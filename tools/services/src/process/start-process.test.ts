import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ProcessDescription, startProcess } from './start-process.ts';

/** A part written in one line of JavaScript; `port` and `directory` are there. */
function part(script: string, more: Partial<ProcessDescription> = {}): ProcessDescription {
  return {
    name: 'part',
    ready: /^ready$/m,
    command: ({ directory, ports: [port] }) => ({
      program: process.execPath,
      args: ['-e', `const port = ${port}, directory = ${JSON.stringify(directory)}; ${script}`],
    }),
    ...more,
  };
}

const listen = `require('node:http').createServer((_, response) => response.end('here')).listen(port, '127.0.0.1', () => console.log('ready'));`;

/** Resolves when no process has this id any more; its end is no event of ours. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
}

test('it starts on a free port with an environment of its own, and leaves neither process nor directory', async () => {
  process.env['SECRET_OF_OURS'] = 'x';
  const running = await startProcess(part(`console.log(JSON.stringify(process.env)); ${listen}`));
  delete process.env['SECRET_OF_OURS'];
  const { directory, ports } = running.site;
  expect(await (await fetch(`http://127.0.0.1:${ports[0]}`)).text()).toBe('here');
  expect(running.output()).not.toContain('SECRET_OF_OURS');
  expect(existsSync(directory)).toBe(true);
  await Promise.all([running.stop(), running.stop()]);
  await running.ended;
  expect(existsSync(directory)).toBe(false);
  await expect(fetch(`http://127.0.0.1:${ports[0]}`)).rejects.toThrow('fetch failed');
});

test('a probe is asked until it answers', async () => {
  let asked = 0;
  const description = part(`setTimeout(() => { ${listen} }, 300)`, {
    async ready({ ports: [port] }, signal) {
      asked += 1;
      await fetch(`http://127.0.0.1:${port}`, { signal });
    },
  });
  const running = await startProcess(description);
  expect(asked).toBeGreaterThan(1);
  await running.stop();
});

test('one that ends before it is ready is an error with the end of its output, and its directory is gone', async () => {
  const script = `for (let line = 1; line <= 100; line += 1) console.error('line ' + line); console.log(directory); process.exit(3)`;
  const error = await startProcess(part(script)).catch((caught: Error & { code: string }) => caught);
  expect(error).toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('part ended before it was ready') });
  const lines = (error as Error).message.split('\n');
  expect(lines).toContain('line 100');
  expect(lines).not.toContain('line 1');
  expect(existsSync(lines.at(-1) ?? '')).toBe(false);
});

test('one that is not ready in time is ended, also when it ignores SIGTERM', async () => {
  const script = `process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.log('pid ' + process.pid)`;
  const error = await startProcess(part(script, { readyMs: 1_000, shutdownMs: 100 })).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('was not ready in time') });
  await gone(Number(/pid (\d+)/.exec((error as Error).message)?.[1]));
});

test('a program that is not there, a command that cannot be made and an aborted start each say so', async () => {
  const missing = part('', { command: () => ({ program: '/no/such/program', args: [] }) });
  await expect(startProcess(missing)).rejects.toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('ENOENT') });
  const broken = part('', { command: () => Promise.reject(new Error('no configuration')) });
  await expect(startProcess(broken)).rejects.toThrow('no configuration');
  const aborting = new AbortController();
  const starting = startProcess(part(`setInterval(() => 0, 1000); console.log('on')`), {
    signal: aborting.signal,
    logger: { debug: () => aborting.abort(), info: () => 0, warn: () => 0, error: () => 0 } as never,
  });
  await expect(starting).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a port that somebody takes in between costs another attempt', async () => {
  const thief = createServer();
  let attempts = 0;
  const description = part('', {
    async command({ ports: [port] }) {
      attempts += 1;
      if (attempts === 1) await once(thief.listen(port, '127.0.0.1'), 'listening');
      return { program: process.execPath, args: ['-e', `const port = ${port}; ${listen}`] };
    },
  });
  const running = await startProcess(description);
  expect(attempts).toBe(2);
  await running.stop();
  thief.close();
});

test('what a part has started ends with it', async () => {
  const script = `const child = require('node:child_process').spawn('sleep', ['300']); console.log('child ' + child.pid); ${listen}`;
  const running = await startProcess(part(script));
  const child = Number(/child (\d+)/.exec(running.output())?.[1]);
  await running.stop();
  await gone(child);
});

test('when the runner is killed with SIGKILL, the parts that it has started and is still preparing leave no process and no directory', async () => {
  const runner = spawn(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', startTwo], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(runner.stdout, 'data')) as [Buffer];
  const { pid, directories } = JSON.parse(line.toString()) as { pid: number; directories: string[] };
  expect(directories.map((directory) => existsSync(directory))).toEqual([true, true]);
  runner.kill('SIGKILL');
  await gone(pid);
  while (directories.some((directory) => existsSync(directory))) await delay(20);
});

const startTwo = `
  import { startProcess } from ${JSON.stringify(new URL('./start-process.ts', import.meta.url).href)};
  const never = new Promise(() => setInterval(() => 0, 1000));
  let preparing;
  void startProcess({ name: 'prepared', ready: /x/, command: ({ directory }) => { preparing = directory; return never; } });
  const { site, output } = await startProcess({
    name: 'started',
    ready: /pid \\d+\\n/,
    command: () => ({ program: process.execPath, args: ['-e', 'setInterval(() => 0, 1000); console.log("pid " + process.pid)'] }),
  });
  console.log(JSON.stringify({ pid: Number(/pid (\\d+)/.exec(output())[1]), directories: [site.directory, preparing] }));
`;
