import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '@promotable/contracts';
import { openSocket, readAll, sendRaw } from './fixtures/raw-socket.ts';
import { ids, sdl, tinyServer, type TinyServer } from './fixtures/tiny-server.ts';

let tiny: TinyServer;
let authorization: string;
beforeAll(async () => {
  tiny = await tinyServer({
    limits: { headersTimeoutMs: 150, requestTimeoutMs: 300, timeoutCheckMs: 20, bodyBytes: 8192, jsonValues: 500 },
  });
  authorization = await tiny.bearer();
});
afterAll(() => tiny.stop());
// Whatever came in, the next honest caller is answered.
afterEach(async () => {
  const { status, body } = await tiny.graphql({ id: ids.echo, variables: { text: 'still here' } });
  expect({ status, body }).toEqual({ status: 200, body: { data: { echo: 'acme:still here' } } });
});

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const bodies: readonly (readonly [string, string | Uint8Array, number, string, string?])[] = [
  ['an empty body', '', 400, 'EMPTY_BODY'],
  ['text that is no JSON', '{"a":', 400, 'MALFORMED_JSON'],
  ['bytes that are no UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 400, 'MALFORMED_JSON'],
  ['a __proto__ key', '{"a":{"__proto__":{"admin":true}}}', 400, 'FORBIDDEN_KEY', '/a/__proto__'],
  ['a constructor.prototype key', '{"constructor":{"prototype":{"x":1}}}', 400, 'FORBIDDEN_KEY', '/constructor'],
  ['nesting beyond the bound', deep(33), 400, 'JSON_TOO_DEEP'],
  ['nesting of thousands', '['.repeat(1000) + ']'.repeat(1000), 400, 'JSON_TOO_DEEP'],
  ['more values than the bound', `[${'1,'.repeat(500)}1]`, 413, 'JSON_TOO_LARGE'],
];

describe.each(['/things', '/graphql'])('POST %s', (path) => {
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${tiny.url}${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: body as NonNullable<RequestInit['body']>,
    });
  async function fault(response: Response) {
    const requestId = response.headers.get('x-request-id');
    if (path === '/graphql') {
      const { errors } = (await response.json()) as {
        errors: { extensions: { code: string; faults: { path: string }[]; requestId: string } }[];
      };
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions.requestId).toBe(requestId);
      return errors[0]?.extensions;
    }
    const { error } = ErrorBody.parse(await response.json());
    expect(error.requestId).toBe(requestId);
    return error;
  }

  it.each(bodies)('refuses %s', async (_what, body, status, code, at) => {
    const response = await post(body as string | Uint8Array);
    expect(response.status).toBe(status);
    const error = await fault(response);
    expect(error?.code).toBe(code);
    expect(error?.faults.map((one) => one.path)).toEqual(at === undefined ? [] : [at]);
  });

  it('refuses a body above the limit, the route’s own or the server’s, whether its length is declared or not', async () => {
    const limit = path === '/things' ? 2048 : 8192;
    const body = JSON.stringify({ a: 'x'.repeat(limit) });
    const declared = await post(body);
    expect(declared.status).toBe(413);
    expect((await fault(declared))?.code).toBe('BODY_TOO_LARGE');
    const chunked = await sendRaw(
      tiny.port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    expect(chunked).toContain('BODY_TOO_LARGE');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'refuses the media type %j, with a body or without',
    async (type) => {
      for (const body of ['{"a":1}', '']) {
        const response = await post(body, { 'content-type': type });
        expect(response.status).toBe(415);
        expect((await fault(response))?.code).toBe('UNSUPPORTED_MEDIA_TYPE');
      }
    },
  );

  it('refuses a compressed body instead of inflating it', async () => {
    const response = await post('x', { 'content-encoding': 'gzip' });
    expect(response.status).toBe(415);
  });
});

describe('below HTTP', () => {
  const answerOf = (raw: string) => ErrorBody.parse(JSON.parse(raw.split('\r\n\r\n')[1] ?? ''));

  it.each([
    ['garbage', 'hello\r\n\r\n', '400', 'MALFORMED_REQUEST'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400', 'MALFORMED_REQUEST'],
    [
      'both Content-Length and chunked',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'MALFORMED_REQUEST',
    ],
    [
      'two different Content-Lengths',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n',
      '400',
      'MALFORMED_REQUEST',
    ],
    ['headers of 64 KiB', `GET /open HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(65_536)}\r\n\r\n`, '431', 'HEADERS_TOO_LARGE'],
    ['headers that never end', 'GET /open HTTP/1.1\r\nHost: x\r\nX-A: ', '408', 'REQUEST_TIMEOUT'],
  ])('answers %s with one clear error and closes', async (_what, bytes, status, code) => {
    const raw = await sendRaw(tiny.port, bytes);
    expect(raw.startsWith(`HTTP/1.1 ${status} `), raw).toBe(true);
    expect(answerOf(raw).error.code).toBe(code);
  });

  it('answers a body that does not arrive in time with 408 and closes', async () => {
    const raw = await sendRaw(
      tiny.port,
      `POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"`,
    );
    expect(raw).toMatch(/^HTTP\/1.1 408 /);
    expect(answerOf(raw).error.code).toBe('REQUEST_TIMEOUT');
  });

  it('survives a caller that leaves in the middle of a body', async () => {
    const socket = await openSocket(tiny.port);
    const ended = readAll(socket);
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"`,
      () => socket.destroy(),
    );
    await ended;
  });

  it('adds nothing to an answer that has begun when garbage follows on the connection', async () => {
    const streaming = await tinyServer({
      graphql: { sdl, manifest: {} },
      modules: [
        {
          name: 'm',
          routes(app) {
            app.get('/stream', { config: { public: true } }, (_request, reply) => {
              reply.hijack();
              reply.raw.writeHead(200);
              reply.raw.write('first part');
            });
          },
        },
      ],
    });
    const socket = await openSocket(streaming.port);
    const all = readAll(socket);
    const begun = new Promise((resolve) => {
      socket.once('data', resolve);
    });
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    await begun;
    socket.write('garbage\r\n\r\n');
    const raw = await all;
    expect(raw).toContain('first part');
    expect(raw).not.toContain('MALFORMED_REQUEST');
    await streaming.stop();
  });

  it('refuses a path that is no URL and one with an endless parameter', async () => {
    const bad = await fetch(`${tiny.url}/things/%zz`);
    expect([bad.status, ErrorBody.parse(await bad.json()).error.code]).toEqual([400, 'BAD_URL']);
    const long = await fetch(`${tiny.url}/things/${'x'.repeat(2000)}`);
    expect([long.status, ErrorBody.parse(await long.json()).error.code]).toEqual([414, 'URL_TOO_LONG']);
  });
});
