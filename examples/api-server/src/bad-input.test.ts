// Every endpoint × every kind of bad input: a stable code, every fault with its path, 4xx in the documented shape, and a server unharmed.
import { createRequire } from 'node:module';
import { operationId } from '@promotable/server-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const manifest = createRequire(import.meta.url)('@promotable/contracts/operations/manifest.json') as Record<string, string>;
const operation = (start: string): string => operationId(Object.values(manifest).find((text) => text.startsWith(start)) ?? '');

let mc: RunningMc;
let token: string;

beforeAll(async () => {
  mc = await runMissionControl();
  token = await mc.token();
});
afterAll(() => mc.end());
// Whatever came in, the next honest caller is answered.
afterEach(async () => {
  expect((await mc.client.ask({})).status).toBe(200);
  expect((await fetch(`${mc.url}/readyz`)).status).toBe(200);
});

type Body = string | Uint8Array<ArrayBuffer>;
const json = (value: unknown): string => JSON.stringify(value);
const send = (method: string, path: string, body?: Body, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${mc.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const posts = [
  { path: '/v1/gate/rollout', limit: 64 * 1024, invalid: 'INVALID_QUESTION' },
  { path: '/graphql', limit: 2_097_152, invalid: 'INVALID_INPUT' },
] as const;

describe.each(posts)('POST $path', ({ path, limit, invalid }) => {
  it.each<[string, Body, number, string]>([
    ['an empty body', '', 400, 'EMPTY_BODY'],
    ['text that is no JSON', '{"service":', 400, 'MALFORMED_JSON'],
    ['two JSON documents', '{}{}', 400, 'MALFORMED_JSON'],
    ['a byte order mark before rubbish', '\uFEFFrubbish', 400, 'MALFORMED_JSON'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 400, 'MALFORMED_JSON'],
    ['a body above the limit', json({ service: 'x'.repeat(limit) }), 413, 'BODY_TOO_LARGE'],
    ['deep nesting', nested(40), 400, 'JSON_TOO_DEEP'],
    ['nesting of thousands', `${'['.repeat(5000)}${']'.repeat(5000)}`, 400, 'JSON_TOO_DEEP'],
    ['a __proto__ key', '{"__proto__":{"scopes":["gate:ask"]}}', 400, 'FORBIDDEN_KEY'],
    ['a constructor.prototype key', '{"constructor":{"prototype":{"x":1}}}', 400, 'FORBIDDEN_KEY'],
    ...['null', '1', '"text"', 'true', '[]', '[[]]'].map((body): [string, string, number, string] => [body, body, 400, invalid]),
  ])('refuses %s', async (_what, body, status, code) => {
    const refusal = await refusalOf(await send('POST', path, body), [token]);
    expect([refusal.status, refusal.code]).toEqual([status, code]);
  });

  it('refuses an array of very many values', async () => {
    const { status, code } = await refusalOf(await send('POST', path, `{"digests":[${'1,'.repeat(120_000)}1]}`));
    // The gate's body limit is met first.
    expect([status, code]).toEqual([413, limit > 240_000 ? 'JSON_TOO_LARGE' : 'BODY_TOO_LARGE']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', ''])(
    'refuses the media type %j',
    async (type) => {
      const { status, code } = await refusalOf(await send('POST', path, '{}', { 'content-type': type }));
      expect([status, code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it('names a field that it does not know', async () => {
    const { status, code, paths } = await refusalOf(
      await send('POST', path, json({ sevrice: 'checkout', toString: 1, hasOwnProperty: null })),
    );
    expect([status, code]).toEqual([400, invalid]);
    expect(paths).toEqual(expect.arrayContaining(['/sevrice', '/toString', '/hasOwnProperty']));
  });
});

/** No name, digest or number of ours looks like any of these. */
const wrongTexts = [
  '',
  ' ',
  '../../etc/passwd',
  'a b',
  "x'; DROP TABLE evidence.records; --",
  '\u0000',
  '\ud800',
  'é',
  '*',
  'x'.repeat(5000),
  '-x',
];
const wrongTypes = [null, 0, -1, 1.5, 1e308, true, [], {}, { $ne: null }, [['x']]];

describe('POST /v1/gate/rollout', () => {
  const good = { service: 'checkout', releaseId: '1.0.0', environment: 'production', stage: '20', digests: [], podTemplateHash: 'abc' };
  const wrong: Record<string, readonly unknown[]> = {
    ...Object.fromEntries(
      ['tenant', 'service', 'releaseId', 'environment', 'podTemplateHash'].map((field) => [field, [...wrongTexts, ...wrongTypes]]),
    ),
    stage: [...wrongTexts, ...wrongTypes, '0', '100', '020', 'build', 'Complete', '20 '],
    digests: [...wrongTexts, ...wrongTypes.filter((value) => !Array.isArray(value) || value.length > 0), ['sha256:'], ['A'.repeat(64)]],
  };
  const shown = (value: unknown): string => json(value).replace(/^(.{40}).+$/, '$1…');
  const cases = Object.entries(wrong).flatMap(([field, values]) =>
    values.map((value): [string, string, unknown] => [field, shown(value), value]),
  );

  it.each(cases)('names %s as wrong when it is %s', async (field, _shown, value) => {
    const refusal = await refusalOf(await send('POST', '/v1/gate/rollout', json({ ...good, [field]: value })));
    // The kit compares a named tenant with the token's before the gate reads the body.
    if (field === 'tenant' && refusal.status === 403) return expect(refusal.code).toBe('FORBIDDEN');
    expect([refusal.status, refusal.code]).toEqual([400, 'INVALID_QUESTION']);
    expect(refusal.paths.every((path) => path === `/${field}` || path.startsWith(`/${field}/`))).toBe(true);
    expect(refusal.paths.length).toBeGreaterThan(0);
  });

  it('names every fault at once, each once', async () => {
    const question = { service: 1, releaseId: '', stage: '200', digests: ['x', 'sha256:y'], podTemplateHash: '-', extra: 1, more: {} };
    const { paths } = await refusalOf(await send('POST', '/v1/gate/rollout', json(question)));
    const expected = [
      '/digests/0',
      '/digests/1',
      '/environment',
      '/extra',
      '/more',
      '/podTemplateHash',
      '/releaseId',
      '/service',
      '/stage',
    ];
    expect([...paths].sort()).toEqual(expected);
  });

  it('refuses more digests than a release can have', async () => {
    const digests = Array.from({ length: 257 }, (_, index) => `sha256:${index.toString(16).padStart(64, '0')}`);
    const { code, paths } = await refusalOf(await send('POST', '/v1/gate/rollout', json({ ...good, digests })));
    expect([code, paths]).toEqual(['INVALID_QUESTION', ['/digests']]);
  });
});

describe('GET', () => {
  const query = '?service=checkout&releaseId=1.0.0';
  it.each<[string, number, string, string[]]>([
    ['/v1/decisions', 400, 'INVALID_QUESTION', ['/releaseId', '/service']],
    ['/v1/decisions?service=&releaseId=', 400, 'INVALID_QUESTION', ['/releaseId', '/service']],
    ['/v1/decisions?service=a&service=b&releaseId=1', 400, 'INVALID_QUESTION', ['/service']],
    [`/v1/decisions${query}&limit=100000&$where=1`, 400, 'INVALID_QUESTION', ['/$where', '/limit']],
    ['/v1/decisions?service=a%00b&releaseId=1', 400, 'INVALID_QUESTION', ['/service']],
    ['/v1/decisions?__proto__=1&service=a&releaseId=1', 400, 'INVALID_QUESTION', ['/__proto__']],
    ['/v1/decisions/1', 404, 'DECISION_NOT_FOUND', []],
    ["/v1/decisions/'%20OR%201=1", 404, 'DECISION_NOT_FOUND', []],
    ['/v1/decisions/%00', 404, 'DECISION_NOT_FOUND', []],
    ['/v1/decisions/00000000-0000-0000-0000-000000000000', 404, 'DECISION_NOT_FOUND', []],
    ['/v1/decisions/..%2f..%2fetc%2fpasswd', 404, 'DECISION_NOT_FOUND', []],
    [`/v1/decisions/${'x'.repeat(3000)}`, 414, 'URL_TOO_LONG', []],
    ['/v1/decisions/%zz', 400, 'BAD_URL', []],
    ['/v1/ledger/nothing/export', 404, 'UNKNOWN_STREAM', []],
    ['/v1/ledger/__proto__/export', 404, 'UNKNOWN_STREAM', []],
    ['/v1/ledger/%00/export', 404, 'UNKNOWN_STREAM', []],
    ['/v1/ledger/EVIDENCE/export', 404, 'UNKNOWN_STREAM', []],
    ['/v1/ledger//export', 404, 'UNKNOWN_STREAM', []],
    ['/v1/ledger/evidence', 404, 'NOT_FOUND', []],
    ['/nowhere', 404, 'NOT_FOUND', []],
    ['/.well-known/promotable/', 404, 'NOT_FOUND', []],
    ['/.env', 404, 'NOT_FOUND', []],
    ['//healthz', 404, 'NOT_FOUND', []],
    ['/graphql', 400, 'INVALID_INPUT', ['/id']],
    ['/graphql?id=unknown', 400, 'PERSISTED_QUERY_NOT_FOUND', []],
    ['/graphql?query=%7B__schema%7Btypes%7Bname%7D%7D%7D', 400, 'INVALID_INPUT', ['/query']],
    [`/graphql?id=${operation('query EvidenceOkAt(')}&variables=%7B`, 400, 'MALFORMED_JSON', []],
    [`/graphql?id=${operation('query EvidenceOkAt(')}&variables=%5B%5D`, 400, 'INVALID_INPUT', ['/variables']],
    [`/graphql?id=${operation('query EvidenceOkAt(')}&id=x`, 400, 'INVALID_INPUT', ['/id']],
    [`/graphql?id=${operation('mutation PublishEvidence(')}`, 405, 'METHOD_NOT_ALLOWED', []],
  ])('%.80s → %i %s', async (path, status, code, paths) => {
    const refusal = await refusalOf(await send('GET', path), [token]);
    expect([refusal.status, refusal.code, [...refusal.paths].sort()]).toEqual([status, code, paths]);
  });

  it('refuses a request line that is far too long', async () => {
    const response = await send('GET', `/v1/decisions?service=${'x'.repeat(40_000)}`);
    expect([414, 431]).toContain(response.status);
    expect((await response.json()) as object).toMatchObject({ error: { code: expect.stringMatching(/_TOO_(LONG|LARGE)$/) } });
  });
});

const paths = [
  ['/graphql', ['GET', 'POST']],
  ['/v1/gate/rollout', ['POST']],
  ['/v1/decisions', ['GET']],
  ['/v1/decisions/00000000-0000-0000-0000-000000000000', ['GET']],
  ['/v1/ledger/evidence/export', ['GET']],
  ['/.well-known/promotable/keys.json', ['GET']],
  ['/healthz', ['GET']],
  ['/readyz', ['GET']],
  ['/metrics', ['GET']],
] as const;
const wrongMethods = paths.flatMap(([path, allowed]) =>
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
    .filter((method) => !allowed.some((one) => one === method))
    .map((method) => ({ path, method, allowed })),
);

describe('a wrong method', () => {
  it.each(wrongMethods)('$method $path is refused and told which one', async ({ path, method, allowed }) => {
    const { status, code, headers } = await refusalOf(await send(method, path));
    expect([status, code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    for (const one of allowed) expect(headers.get('allow')).toContain(one);
  });

  it.each(wrongMethods.filter(({ method }) => method !== 'GET' && method !== 'OPTIONS'))(
    '$method $path with rubbish is refused',
    async ({ path, method }) => {
      const { status } = await refusalOf(await send(method, path, '{"a":'));
      expect([400, 405]).toContain(status);
    },
  );
});
