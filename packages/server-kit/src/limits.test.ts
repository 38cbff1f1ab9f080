import { describe, expect, it } from 'vitest';
import { ErrorBody } from '@promotable/contracts';
import { openSocket, readAll } from './fixtures/raw-socket.ts';
import { sdl, tinyServer } from './fixtures/tiny-server.ts';

describe('rates', () => {
  it('are limited per address before the token is looked at: 429 with Retry-After, health exempt, free again after', async () => {
    const tiny = await tinyServer({ limits: { perAddress: { requests: 3, seconds: 60 } } });
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await fetch(`${tiny.url}/things/1`)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const limited = await fetch(`${tiny.url}/things/1`, { headers: { authorization: await tiny.bearer() } });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThanOrEqual(59);
    expect(ErrorBody.parse(await limited.json()).error.code).toBe('RATE_LIMITED');
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await fetch(`${tiny.url}${path}`)).status).toBe(200);
    await tiny.stop();
  });

  it('are limited per principal, one caller not taking from another', async () => {
    const tiny = await tinyServer({ limits: { perPrincipal: { requests: 2, seconds: 60 } } });
    const ask = async (subject: string) =>
      (await fetch(`${tiny.url}/things/1`, { headers: { authorization: await tiny.bearer({ subject }) } })).status;
    expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([200, 200, 429, 200]);
    await tiny.stop();
  });

  it('believe X-Forwarded-For only from a trusted proxy', async () => {
    for (const [trustedProxies, last] of [
      [undefined, 429],
      [['127.0.0.1'], 200],
    ] as const) {
      const tiny = await tinyServer({
        limits: { perAddress: { requests: 1, seconds: 60 } },
        ...(trustedProxies === undefined ? {} : { trustedProxies }),
      });
      const ask = async (address: string) => (await fetch(`${tiny.url}/open`, { headers: { 'x-forwarded-for': address } })).status;
      expect([await ask('198.51.100.1'), await ask('198.51.100.2')]).toEqual([200, last]);
      await tiny.stop();
    }
  });
});

describe('requests in flight', () => {
  it('beyond the limit are refused with 503 and Retry-After, and admitted when one has ended', async () => {
    const tiny = await tinyServer({ limits: { inFlight: 1 } });
    const first = fetch(`${tiny.url}/slow`);
    await tiny.slow.begun;
    const refused = await fetch(`${tiny.url}/open`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(ErrorBody.parse(await refused.json()).error.code).toBe('OVERLOADED');
    expect((await fetch(`${tiny.url}/healthz`)).status).toBe(200);
    tiny.slow.finish();
    expect((await first).status).toBe(200);
    expect((await fetch(`${tiny.url}/open`)).status).toBe(200);
    await tiny.stop();
  });

  it('whose caller has left are no longer counted, are logged, and tell their handler by the signal', async () => {
    let left = () => {};
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const tiny = await tinyServer({
      limits: { inFlight: 1 },
      graphql: { sdl, manifest: {} },
      modules: [
        {
          name: 'm',
          routes(app) {
            app.post(
              '/wait',
              { config: { public: true } },
              (request) =>
                new Promise(() => {
                  request.promotable?.signal.addEventListener('abort', left);
                  begin();
                }),
            );
            app.get('/open', { config: { public: true } }, async () => ({}));
          },
        },
      ],
    });
    const socket = await openSocket(tiny.port);
    const closed = readAll(socket);
    socket.write('POST /wait HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
    await begun;
    socket.destroy();
    await Promise.all([gone, closed]);
    expect((await fetch(`${tiny.url}/open`)).status).toBe(200);
    expect(tiny.lines.map((line) => JSON.parse(line)).find(({ op }) => op === 'POST /wait')).toMatchObject({
      status: 499,
      error_code: 'CALLER_LEFT',
    });
    await tiny.stop();
  });
});

describe('the time for an answer', () => {
  it('is limited also for a request with a body: 503 TIMEOUT, and the handler is told', async () => {
    const reasons: unknown[] = [];
    const tiny = await tinyServer({
      graphql: { sdl, manifest: {} },
      modules: [
        {
          name: 'm',
          routes(app) {
            app.post(
              '/wait',
              { config: { public: true, timeoutMs: 30 } },
              (request) =>
                new Promise(() => {
                  request.promotable?.signal.addEventListener('abort', () => reasons.push(request.promotable?.signal.reason));
                }),
            );
          },
        },
      ],
    });
    const response = await fetch(`${tiny.url}/wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(ErrorBody.parse(await response.json()).error.code).toBe('TIMEOUT');
    expect(reasons).toEqual([expect.objectContaining({ code: 'TIMEOUT' })]);
    expect((await fetch(`${tiny.url}/healthz`)).status).toBe(200);
    await tiny.stop();
  });
});
