import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSocket, readAll, readAnswer } from './fixtures/raw-socket.ts';
import { tinyServer } from './fixtures/tiny-server.ts';

it('says not ready, accepts nothing new, finishes what is in flight, closes modules once', async () => {
  const tiny = await tinyServer();
  const probe = await openSocket(tiny.port);
  const newcomer = await openSocket(tiny.port);
  const slow = fetch(`${tiny.url}/slow`);
  await tiny.slow.begun;
  // Both have begun a request, so a drain does not take them for idle connections.
  probe.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
  newcomer.write('GET /open HTTP/1.1\r\nHost: x\r\n');
  await Promise.all([fetch(`${tiny.url}/healthz`), fetch(`${tiny.url}/healthz`)]);

  const drains = [tiny.server.drain(), tiny.server.drain()];
  const [ready, refused] = [readAnswer(probe), readAnswer(newcomer)];
  probe.write('\r\n');
  newcomer.write('\r\n');
  expect(await ready).toMatch(/^HTTP\/1.1 503 [\s\S]*"status":"draining"/);
  expect(await refused).toMatch(/^HTTP\/1.1 503 [\s\S]*"code":"DRAINING"/);
  await expect(openSocket(tiny.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(tiny.closed).toEqual([]);

  tiny.slow.finish();
  expect(await (await slow).json()).toEqual({ done: true });
  await Promise.all(drains);
  await tiny.server.drain();
  expect(tiny.closed).toEqual(['tiny']);
});

it('cuts what does not finish within the limit', async () => {
  const tiny = await tinyServer({ drain: { limitMs: 20 } });
  const socket = await openSocket(tiny.port);
  const closed = readAll(socket);
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await tiny.slow.begun;
  await tiny.server.drain();
  expect(await closed).toBe('');
  expect(tiny.lines.some((line) => line.includes('did not finish in time'))).toBe(true);
});

it('closes every module although one fails to close, the last first', async () => {
  const order: string[] = [];
  const module = (name: string) => ({
    name,
    onClose: () => {
      order.push(name);
      if (name === 'b') throw new Error('stuck');
    },
  });
  const tiny = await tinyServer({ modules: ['a', 'b', 'c'].map(module), graphql: { sdl: 'type Query { a: Int }', manifest: {} } });
  await tiny.server.drain();
  expect(order).toEqual(['c', 'b', 'a']);
});

it('starts by SIGTERM, and the process ends by itself with 0 when the last answer is out', async () => {
  const program = fileURLToPath(new URL('fixtures/stoppable-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@promotable/source', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  const url = await next();
  const slow = fetch(`${url}/slow`);
  expect(await next()).toBe('begun');
  child.kill('SIGTERM');
  expect(await next()).toBe('signalled');
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  child.stdin.write('go\n');
  expect(await (await slow).json()).toEqual({ done: true });
  expect(await next()).toBe('closed');
  expect(await exit).toBe(0);
});
