// Against a real server in this process: what is counted, what is an error.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closedLoop } from './closed-loop.ts';
import type { Target } from './connections.ts';
import { type LoadRequest, wireBytes } from './load-request.ts';
import { openLoop } from './open-loop.ts';
import { ResponseReader } from './response-reader.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
});

async function targetOf(listener: RequestListener, expected: readonly string[], requests: readonly LoadRequest[]): Promise<Target> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return { port, expected, requests: requests.map((request) => wireBytes(request, `127.0.0.1:${port}`)) };
}

const get = (path: string): LoadRequest => ({ method: 'GET', path, headers: {} });
const echo: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (chunk: Buffer) => parts.push(chunk));
  request.on('end', () => response.end(`${request.url}:${Buffer.concat(parts).toString()}`));
};

describe('the closed loop', () => {
  it('goes round the requests and counts right answers', async () => {
    const requests = [get('/a'), { method: 'POST', path: '/b', headers: { 'content-type': 'text/plain' }, body: 'grün' } as const];
    const slice = await closedLoop(
      await targetOf(echo, ['/a:', '/b:grün'], requests),
      process.pid,
      { kind: 'closed', connections: 4 },
      100,
    );
    expect(slice).toMatchObject({ errors: 0 });
    expect(slice.operations).toBeGreaterThan(0);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['another status', (_request, response) => void response.writeHead(500).end('no'), /status 500: no/],
    ['another length', (_request, response) => void response.end('longer'), /6 bytes, not 2/],
    ['a closed connection', (request) => void request.socket.destroy(), /closed/],
  ])('takes %s for an error', async (_title, listener, fault) => {
    const target = await targetOf(listener, ['ok'], [get('/')]);
    const slice = await closedLoop(target, process.pid, { kind: 'closed', connections: 2 }, 50);
    expect(slice.errors).toBeGreaterThan(0);
    expect(slice.fault).toMatch(fault);
  });
});

describe('the open loop', () => {
  it('sends as many requests as arrive and tells their latency', async () => {
    const slice = await openLoop(await targetOf(echo, ['/:'], [get('/')]), process.pid, { kind: 'open', perSecond: 500 }, 200);
    expect(slice).toMatchObject({ errors: 0, latencyMs: { p50: expect.any(Number), p95: expect.any(Number) } });
    expect(slice.operations).toBeGreaterThan(20);
  });

  it('counts the time in which a request waits for a connection', async () => {
    const slow: RequestListener = (_request, response) => void setTimeout(() => response.end('ok'), 20);
    const load = { kind: 'open', perSecond: 400, connections: 1 } as const;
    const slice = await openLoop(await targetOf(slow, ['ok'], [get('/')]), process.pid, load, 200);
    // Eighty arrivals of 20 ms each on one connection: the later half has waited for more than ten others.
    expect(slice.latencyMs?.p95).toBeGreaterThan(200);
  });
});

describe('the reader of responses', () => {
  const read = (...chunks: string[]) => {
    const reader = new ResponseReader();
    return chunks.map((chunk) => reader.push(Buffer.from(chunk))?.body.toString() ?? null);
  };

  it('finds the end by length or by chunks, however they are cut', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe', 'llo')).toEqual([null, 'hello']);
    expect(read('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')).toEqual(['']);
    expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe', 'llo\r\n0\r\n\r\n')).toEqual([null, 'hello']);
    expect(read('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\n0\r\n\r\nab', '\r\n0\r\n\r\n')).toEqual([null, '0\r\n\r\nab']);
  });

  it('refuses what it cannot count', () => {
    expect(() => read('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab')).toThrow('more arrived');
    expect(() => read('HTTP/1.1 200 OK\r\n\r\n')).toThrow('without length');
    expect(() => read('SSH-2.0-x\r\nContent-Length: 0\r\n\r\n')).toThrow('not an HTTP/1.1');
  });
});
