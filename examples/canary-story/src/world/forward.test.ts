import { once } from 'node:events';
import { Agent, createServer, get, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { forward } from './forward.ts';

const servers: Server[] = [];
const agent = new Agent({ keepAlive: true });
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  agent.destroy();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy before `upstream`, and what it saw of its only request. */
async function proxyTo(upstream: string) {
  const seen = Promise.withResolvers<{ ok: boolean }>();
  const url = await serve((incoming, outgoing) => void forward(incoming, outgoing, { url: upstream, agent }).then(seen.resolve));
  return { url, seen: seen.promise };
}

describe('forward', () => {
  it('passes request and answer on, body, status and path', async () => {
    const { url, seen } = await proxyTo(
      await serve(async (request, response) =>
        response.writeHead(201, { 'x-kind': 'echo' }).end(`${request.method} ${request.url} ${await text(request)}`),
      ),
    );
    const response = await fetch(`${url}/a%2Fb?c=d`, { method: 'POST', body: 'hello' });
    expect([response.status, response.headers.get('x-kind'), await response.text()]).toEqual([201, 'echo', 'POST /a%2Fb?c=d hello']);
    expect(await seen).toEqual({ ok: true });
  });

  it('keeps what speaks about one connection to that connection', async () => {
    let received: IncomingHttpHeaders = {};
    const { url } = await proxyTo(
      await serve((request, response) => {
        received = request.headers;
        response.end();
      }),
    );
    const [response] = await once(get(url, { headers: { te: 'trailers', 'x-own': 'yes' } }), 'response');
    response.resume();
    expect(received).toMatchObject({ 'x-own': 'yes' });
    expect(received).not.toHaveProperty('te');
  });

  it.each([
    [404, true],
    [500, false],
    [503, false],
  ])('counts an answer %i as ok: %s, since only the service can cause a 5xx', async (status, ok) => {
    const { url, seen } = await proxyTo(await serve((_request, response) => response.writeHead(status).end()));
    expect((await fetch(url)).status).toBe(status);
    expect(await seen).toEqual({ ok });
  });

  it('answers 502 and counts a failure when the version hangs up or is not there', async () => {
    const { url, seen } = await proxyTo(await serve((request) => request.socket.destroy()));
    expect((await fetch(url)).status).toBe(502);
    expect(await seen).toEqual({ ok: false });
    const gone = await proxyTo('http://127.0.0.1:1');
    expect((await fetch(gone.url)).status).toBe(502);
    expect(await gone.seen).toEqual({ ok: false });
  });

  it('counts a failure when the answer breaks off half-way', async () => {
    const { url, seen } = await proxyTo(
      await serve((request, response) => response.writeHead(200, { 'content-length': '10' }).write('half', () => request.socket.destroy())),
    );
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    expect(await seen).toEqual({ ok: false });
  });

  it('gives up its own request when the caller hangs up, and counts it as failed', async () => {
    const upstream = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { url, seen } = await proxyTo(
      await serve((request) => {
        request.socket.once('close', () => upstream.resolve());
        arrived.resolve();
      }),
    );
    const hangUp = new AbortController();
    const answer = fetch(url, { signal: hangUp.signal });
    await arrived.promise;
    hangUp.abort();
    await expect(answer).rejects.toThrow();
    expect(await seen).toEqual({ ok: false });
    await upstream.promise;
  });
});
