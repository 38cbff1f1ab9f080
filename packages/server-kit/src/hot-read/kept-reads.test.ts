// What is answered before the framework sees it, and what is left to the framework.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, tinyServer, type TinyServer } from '../fixtures/tiny-server.ts';
import type { ServerOptions } from '../server-options.ts';

const servers: TinyServer[] = [];
const start = async (options: Partial<ServerOptions> = {}): Promise<TinyServer> => {
  const server = await tinyServer({
    responseCache: { changes: null },
    modules: [
      {
        name: 'notes',
        resolvers: { Query: { echo: (_parent: unknown, { text }: { text: string }) => text } },
        scopes: { 'Query.echo': 'evidence:read' },
        cacheable: { 'Query.echo': { tags: () => ['note'] } },
      },
    ],
    ...options,
  });
  servers.push(server);
  return server;
};
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const path = `/graphql?id=${ids.echo}&variables=${encodeURIComponent('{"text":"a"}')}`;
const body = JSON.stringify({ id: ids.echo, variables: { text: 'a' } });
const answer = '{"data":{"echo":"a"}}';
const get = (server: TinyServer, headers: Record<string, string>) => fetch(`${server.url}${path}`, { headers });
const post = (server: TinyServer, headers: Record<string, string>) =>
  fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const metric = async (server: TinyServer, line: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.split(' ')[1] ?? 0,
  );
};

let server: TinyServer;
let authorization: string;
beforeEach(async () => {
  server = await start();
  authorization = await server.bearer();
});

describe.each([
  ['GET', get],
  ['POST', post],
] as const)('a kept read by %s', (method, ask) => {
  it('is counted, logged under its ids, and goes on with the trace of its caller', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { authorization, 'x-request-id': 'asked-1', traceparent: `00-${traceId}-00f067aa0ba902b7-00` };
    for (const from of ['miss', 'hit']) {
      server.lines.length = 0;
      const got = await ask(server, headers);
      expect([from, got.status, await got.text(), got.headers.get('x-request-id')]).toEqual([from, 200, answer, 'asked-1']);
      expect(got.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
      await expect
        .poll(() => server.lines.map((line) => JSON.parse(line) as object))
        .toContainEqual(
          expect.objectContaining({
            op: 'Echo',
            status: 200,
            request_id: 'asked-1',
            trace_id: traceId,
            tenant_id: 'acme',
            error_code: null,
          }),
        );
    }
    expect(await metric(server, 'response_cache_reads_total{result="hit"}')).toBe(1);
    expect(await metric(server, `http_requests_total{method="${method}",route="/graphql",status="200"}`)).toBe(2);
    expect(await metric(server, 'graphql_request_duration_seconds_count{op="query"}')).toBe(2);
  });

  it('of a caller who asks too often is refused, and a refused one takes nothing from others at the address', async () => {
    const limited = await start({
      limits: { perPrincipal: { requests: 2, seconds: 60 }, perAddress: { requests: 7, seconds: 60 } },
    });
    const bearer = { authorization: await limited.bearer() };
    const other = { authorization: await limited.bearer({ subject: 'other' }) };
    const statuses = [];
    for (const headers of [bearer, bearer, bearer, bearer, other, other, other, other]) statuses.push((await ask(limited, headers)).status);
    expect(statuses).toEqual([200, 200, 429, 429, 200, 200, 429, 429]);
  });

  it('that names another tenant is refused', async () => {
    await ask(server, { authorization });
    expect((await ask(server, { authorization, 'x-tenant-id': 'acme' })).status).toBe(200);
    expect((await ask(server, { authorization, 'x-tenant-id': 'globex' })).status).toBe(403);
  });

  it('leaves nothing in flight, and none is answered once a drain has begun', async () => {
    for (let i = 0; i < 3; i += 1) expect((await ask(server, { authorization })).status).toBe(200);
    await server.server.drain();
    await expect(ask(server, { authorization })).rejects.toThrow();
  });
});

it('the bytes of a caller behind a trusted proxy count for its own address', async () => {
  const proxied = await start({ trustedProxies: ['127.0.0.1'], limits: { perAddress: { requests: 2, seconds: 60 } } });
  const bearer = await proxied.bearer();
  const statuses = [];
  for (const from of ['203.0.113.1', '203.0.113.1', '203.0.113.1', '203.0.113.2', '203.0.113.2'])
    statuses.push((await get(proxied, { authorization: bearer, 'x-forwarded-for': from })).status);
  expect(statuses).toEqual([200, 200, 429, 200, 200]);
});

describe('a body', () => {
  const head = (length: number) =>
    `POST /graphql HTTP/1.1\r\nhost: mc\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

  /** Sends the parts one by one, each when the one before has been taken in, and reads until the answers are there. */
  async function send(parts: readonly string[], answers: number): Promise<string> {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let got = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (got += text));
    for (const part of parts) {
      await new Promise((resolve) => socket.write(part, resolve));
      // Another request, begun later, is answered: so the part has been read.
      await (await fetch(`${server.url}/open`)).text();
    }
    await expect.poll(() => got.split(answer).length - 1).toBe(answers);
    socket.destroy();
    return got;
  }

  it('that comes in parts is read by the framework, wherever it is cut', async () => {
    await post(server, { authorization });
    const whole = head(body.length);
    expect(await send([whole, body], 1)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send([whole + body.slice(0, 10), body.slice(10)], 1)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send([whole.slice(0, 50), whole.slice(50) + body], 1)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is followed by the next request of the same connection, kept or not', async () => {
    const other = body.replace('"a"', '"b"');
    const text = await send([head(body.length) + body + head(other.length) + other + head(body.length) + body], 2);
    expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    expect(text.indexOf('{"data":{"echo":"b"}}')).toBeGreaterThan(text.indexOf(answer));
  });

  it('that is the URL of a kept answer, or longer than what is kept, is judged by the framework', async () => {
    await get(server, { authorization });
    const asked = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: path,
    });
    expect(asked.status).toBe(400);
    const long = `${body}${' '.repeat(9000)}`;
    const again = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: long,
    });
    expect(await again.text()).toBe(answer);
  });
});
