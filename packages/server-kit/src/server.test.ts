import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ErrorBody, type Scope } from '@promotable/contracts';
import { createServer } from './server.ts';
import { createJsonLog } from './json-log.ts';
import { sdl, tinyServer, type TinyServer } from './fixtures/tiny-server.ts';

describe('a server', () => {
  let tiny: TinyServer;
  beforeAll(async () => {
    tiny = await tinyServer();
  });
  afterAll(() => tiny.stop());

  it('answers a public route without a token and every other one with 401', async () => {
    expect((await fetch(`${tiny.url}/open`)).status).toBe(200);
    const refused = await fetch(`${tiny.url}/things/1`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a token without the scope of the route with 403', async () => {
    const ask = async (scopes: readonly Scope[]) =>
      (
        await fetch(`${tiny.url}/things`, {
          method: 'POST',
          headers: { authorization: await tiny.bearer({ scopes }), 'content-type': 'application/json' },
          body: '{}',
        })
      ).status;
    expect([await ask(['evidence:publish']), await ask(['evidence:read']), await ask([])]).toEqual([200, 403, 403]);
  });

  it('sets headers that keep answers private, unframed and untyped-as-else on every kind of answer', async () => {
    for (const path of ['/open', '/nowhere', '/healthz', '/crash', '/%zz']) {
      const { headers } = await fetch(`${tiny.url}${path}`);
      expect(headers.get('cache-control'), path).toBe('private, no-store');
      expect(headers.get('vary'), path).toBe('Authorization, Cookie');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
    }
  });

  it('keeps a valid request id and replaces any other', async () => {
    const kept = await fetch(`${tiny.url}/open`, { headers: { 'x-request-id': 'ci-42.a' } });
    expect(kept.headers.get('x-request-id')).toBe('ci-42.a');
    for (const bad of ['a b', 'x'.repeat(129), '<script>']) {
      const replaced = await fetch(`${tiny.url}/open`, { headers: { 'x-request-id': bad } });
      expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('continues the trace of the caller in its answer and its log', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { headers } = await fetch(`${tiny.url}/open`, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    expect(headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    await vi.waitFor(() => expect(tiny.lines.some((line) => line.includes(traceId) && line.includes('"msg":"request"'))).toBe(true));
  });

  it('tells an unknown path (404) from an unknown method (405 with Allow), both in the one error shape', async () => {
    const missing = await fetch(`${tiny.url}/nowhere?x=1`);
    expect(missing.status).toBe(404);
    expect(ErrorBody.parse(await missing.json()).error.code).toBe('NOT_FOUND');
    for (const [method, path, allow] of [
      ['DELETE', '/things/7', 'GET, HEAD'],
      ['GET', '/things', 'POST'],
      ['PUT', '/graphql', 'GET, POST'],
    ] as const) {
      const refused = await fetch(`${tiny.url}${path}`, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe(allow);
      expect(ErrorBody.parse(await refused.json()).error.code).toBe('METHOD_NOT_ALLOWED');
    }
  });

  it('masks an unknown error: 500, INTERNAL, the request id and no word of the cause', async () => {
    const response = await fetch(`${tiny.url}/crash`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(ErrorBody.parse(JSON.parse(text)).error).toMatchObject({
      code: 'INTERNAL',
      faults: [],
      requestId: response.headers.get('x-request-id'),
    });
  });

  it('writes one JSON line per request with the fields that dashboards read', async () => {
    tiny.lines.length = 0;
    await fetch(`${tiny.url}/things/9?token=abc`, { headers: { authorization: await tiny.bearer() } });
    const line = await vi.waitFor(
      () => tiny.lines.map((text) => JSON.parse(text)).find((entry) => entry.msg === 'request') ?? Promise.reject(new Error('no line yet')),
    );
    expect(line).toMatchObject({
      provenance_id: null,
      tenant_id: 'acme',
      op: 'GET /things/:id',
      error_code: null,
      status: 200,
      level: 'debug',
    });
    expect(line.latency_ms).toBeGreaterThan(0);
    expect(line.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(line)).not.toContain('abc');
  });

  it('exposes metrics under the names that alerts read, one registry per server', async () => {
    await fetch(`${tiny.url}/open`);
    const text = await (await fetch(`${tiny.url}/metrics`)).text();
    expect(text).toMatch(/http_requests_total\{method="GET",route="\/open",status="200"\} \d+/);
    expect(text).toContain('# TYPE graphql_request_duration_seconds histogram');
    expect(text).toContain('# TYPE graphql_requests_total counter');
    const other = await tinyServer();
    expect(await (await fetch(`${other.url}/metrics`)).text()).not.toContain('route="/open"');
    await other.stop();
  });
});

describe('readiness', () => {
  it('names each check with its status and answers 503 when one fails, fails to answer, or the reason is secret', async () => {
    const tiny = await tinyServer({
      readinessDeadlineMs: 50,
      modules: [
        {
          name: 'stores',
          readiness: [
            { name: 'fine', check: async () => {} },
            {
              name: 'broken',
              check: async () => {
                throw new Error('postgres://u:hunter2@db');
              },
            },
            { name: 'hanging', check: () => new Promise(() => {}) },
          ],
        },
      ],
      graphql: { sdl, manifest: {} },
    });
    const response = await fetch(`${tiny.url}/readyz`);
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      status: 'not-ready',
      checks: [
        { name: 'fine', status: 'ok' },
        { name: 'broken', status: 'failed' },
        { name: 'hanging', status: 'timeout' },
      ],
    });
    expect(text + tiny.lines.join('')).not.toContain('hunter2');
    expect((await fetch(`${tiny.url}/healthz`)).status).toBe(200);
    await tiny.stop();
  });

  it('asks a dependency once for a burst of probes and again when the answer is old', async () => {
    let asked = 0;
    const tiny = await tinyServer({
      modules: [
        {
          name: 'm',
          readiness: [
            {
              name: 'db',
              check: async () => {
                asked += 1;
              },
            },
          ],
        },
      ],
      graphql: { sdl, manifest: {} },
    });
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${tiny.url}/readyz`)));
    expect(asked).toBe(1);
    tiny.clock.advance(1001);
    expect((await fetch(`${tiny.url}/readyz`)).status).toBe(200);
    expect(asked).toBe(2);
    await tiny.stop();
  });
});

describe('starting', () => {
  it('fails with PORT_TAKEN and one line that says what to do, and stays startable elsewhere', async () => {
    const first = await tinyServer();
    await expect(tinyServer({ port: first.port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringMatching(new RegExp(`^Port ${first.port} .*choose another port[^\n]*$`)),
    });
    const second = await tinyServer({ port: first.port, fallbackToFreePort: true });
    expect(second.port).not.toBe(first.port);
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('refuses a development authenticator when NODE_ENV is production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    try {
      await expect(
        createServer({
          modules: [],
          authenticators: [],
          clock: { now: Date.now, monotonic: () => performance.now() },
          log: createJsonLog({ level: 'silent' }),
          developmentAuthenticator: {
            issuers: ['dev'],
            keyRevision: () => 0,
            verify: async () => {
              throw new Error('unused');
            },
          },
        }),
      ).rejects.toMatchObject({ code: 'DEVELOPMENT_TOKENS_REFUSED' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('refuses two authenticators for one issuer', async () => {
    const port = {
      issuers: ['https://one'],
      keyRevision: () => 0,
      verify: async () => {
        throw new Error('unused');
      },
    };
    await expect(tinyServer({ authenticators: [port, port] })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});
