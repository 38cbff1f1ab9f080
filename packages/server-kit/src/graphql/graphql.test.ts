import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getIntrospectionQuery } from 'graphql';
import { ids, manifest, sdl, texts, tinyServer, type TinyServer } from '../fixtures/tiny-server.ts';
import { operationId } from './operation-registry.ts';

let tiny: TinyServer;
beforeAll(async () => {
  tiny = await tinyServer();
});
afterAll(() => tiny.stop());

describe('a registered operation', () => {
  const variables = { text: 'hi' };
  it.each([
    ['id', { id: ids.echo, variables }],
    ['id with the prefix of code generators', { id: `sha256:${ids.echo}`, variables }],
    ['Apollo hash', { extensions: { persistedQuery: { version: 1, sha256Hash: ids.echo } }, variables, operationName: 'Echo' }],
    ['its own text', { query: `${texts.echo}  \n`, variables }],
    ['Apollo hash and text', { query: texts.echo, extensions: { persistedQuery: { version: 1, sha256Hash: ids.echo } }, variables }],
  ])('is found by %s', async (_how, body) => {
    expect(await tiny.graphql(body)).toMatchObject({ status: 200, body: { data: { echo: 'acme:hi' } } });
  });

  it('is answered by GET when it is a query, refused with 405 when it is a mutation', async () => {
    const headers = { authorization: await tiny.bearer() };
    const get = (id: string, json: unknown) =>
      fetch(`${tiny.url}/graphql?id=${id}&variables=${encodeURIComponent(JSON.stringify(json))}`, { headers });
    expect(await (await get(ids.echo, variables)).json()).toEqual({ data: { echo: 'acme:hi' } });
    const refused = await get(ids.put, { input: { count: 1 } });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('POST');
    const apollo = await fetch(
      `${tiny.url}/graphql?extensions=${encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: ids.echo } }))}&variables=${encodeURIComponent('{"text":"hi"}')}`,
      { headers },
    );
    expect(apollo.status).toBe(200);
    const broken = await fetch(`${tiny.url}/graphql?id=${ids.echo}&variables={`, { headers });
    expect([broken.status, ((await broken.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code]).toEqual([
      400,
      'MALFORMED_JSON',
    ]);
  });

  it('whose module is not mounted is refused with 501', async () => {
    expect(await tiny.graphql({ id: ids.elsewhere })).toMatchObject({
      status: 501,
      body: { errors: [{ extensions: { code: 'OPERATION_NOT_MOUNTED' } }] },
    });
  });

  it('is counted by kind and status and logged by name, tenant and provenance', async () => {
    tiny.lines.length = 0;
    await tiny.graphql({ id: ids.echo, variables });
    const line = await vi.waitFor(
      () => tiny.lines.map((text) => JSON.parse(text)).find((entry) => entry.msg === 'request') ?? Promise.reject(new Error('no line yet')),
    );
    expect(line).toMatchObject({ op: 'Echo', tenant_id: 'acme', provenance_id: 'prov-1', error_code: null });
    const text = await (await fetch(`${tiny.url}/metrics`)).text();
    expect(text).toMatch(/graphql_request_duration_seconds_count\{op="query"\} \d+/);
    expect(text).toMatch(/graphql_requests_total\{status="200"\} \d+/);
  });
});

describe('anything else', () => {
  it.each([
    ['an unknown id', { id: 'f'.repeat(64) }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['an id that is a property of every object', { id: '__proto__x' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['an unknown Apollo hash', { extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a text that is not registered', { query: '{ echo(text: "x") }' }, 'PERSISTED_QUERY_ONLY'],
    ['a registered text with one more space', { query: texts.echo.replace('{', '{ ') }, 'PERSISTED_QUERY_ONLY'],
    ['introspection', { query: getIntrospectionQuery() }, 'PERSISTED_QUERY_ONLY'],
    [
      'an unknown text under a known hash',
      { query: '{ __typename }', extensions: { persistedQuery: { version: 1, sha256Hash: ids.echo } } },
      'PERSISTED_QUERY_ONLY',
    ],
    ['id and text of two operations', { id: ids.echo, query: texts.fail }, 'PERSISTED_QUERY_MISMATCH'],
    ['nothing', {}, 'INVALID_INPUT'],
    ['a batch', [{ id: ids.echo }], 'INVALID_INPUT'],
    ['another operation name', { id: ids.echo, operationName: 'Put', variables: { text: 'x' } }, 'INVALID_INPUT'],
    ['an unknown member', { id: ids.echo, variables: { text: 'x' }, debug: true }, 'INVALID_INPUT'],
  ])('is refused with 400: %s', async (_what, body, code) => {
    const answer = await tiny.graphql(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(answer.body.data).toBeUndefined();
  });
});

describe('variables', () => {
  it('are refused with every fault, its path and no word of the value', async () => {
    const { status, body } = await tiny.graphql({
      id: ids.put,
      variables: {
        input: {
          count: 'hunter2',
          tags: [{ name: 'a' }, { weight: 1.5 }, null, 'x'],
          colour: 'blue',
          when: '2026-01-01T00:00:00',
          'odd/key': 1,
        },
        extra: 1,
      },
    });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions.faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/variables/input/count invalid_value',
      '/variables/input/tags/1/name required',
      '/variables/input/tags/1/weight invalid_value',
      '/variables/input/tags/2 required',
      '/variables/input/tags/3 invalid_value',
      '/variables/input/colour invalid_value',
      '/variables/input/when invalid_value',
      '/variables/input/odd~1key unknown_field',
      '/variables/extra unknown_variable',
    ]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('that name another tenant, also inside an input, are refused with 403', async () => {
    for (const body of [
      { id: ids.echo, variables: { text: 'x', tenant: 'globex' } },
      { id: ids.put, variables: { input: { count: 1, tenantId: 'globex' } } },
    ]) {
      expect(await tiny.graphql(body)).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
    }
    expect((await tiny.graphql({ id: ids.put, variables: { input: { count: 1, tenantId: 'acme' } } })).body.data).toEqual({ put: 2 });
  });
});

describe('an error of a resolver', () => {
  it('that is coded shows code, faults, receipt and its own status', async () => {
    const { status, body } = await tiny.graphql({ id: ids.fail, variables: { kind: 'conflict' } });
    expect(status).toBe(409);
    expect(body.errors?.[0]).toMatchObject({
      path: ['fail'],
      extensions: { code: 'ODD_CONFLICT', faults: [{ path: '/x' }], receipt: { id: 'r1' } },
    });
    expect(body.data).toEqual({ fail: null });
  });

  it('that asks to come again carries Retry-After', async () => {
    const { status, headers } = await tiny.graphql({ id: ids.fail, variables: { kind: 'away' } });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });

  it.each(['crash', 'broken'])(
    'that is unknown, or coded with status 500, is masked as INTERNAL with the request id alone: %s',
    async (kind) => {
      const { status, headers, body } = await tiny.graphql({ id: ids.fail, variables: { kind } });
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toContain('hunter2');
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL', faults: [], requestId: headers.get('x-request-id') });
    },
  );

  it('of a missing scope is 403', async () => {
    const authorization = await tiny.bearer({ scopes: ['gate:ask'] });
    expect(await tiny.graphql({ id: ids.echo, variables: { text: 'x' } }, { authorization })).toMatchObject({ status: 403 });
  });
});

describe('starting', () => {
  const start = (graphql: { sdl: string; manifest: Record<string, string> }, resolvers = {}, scopes = {}) =>
    tinyServer({ graphql, modules: [{ name: 'm', resolvers, scopes }] });
  it.each([
    ['an id that is not the hash of its text', { ['0'.repeat(64)]: texts.echo }],
    ['a text that does not fit the SDL', { [operationId('{ nope }')]: '{ nope }' }],
    ['a text that does not parse', { [operationId('{')]: '{' }],
    ['introspection', { [operationId('{ __schema { types { name } } }')]: '{ __schema { types { name } } }' }],
    ['two operations in one text', { [operationId('query A { slow } query B { slow }')]: 'query A { slow } query B { slow }' }],
  ])('refuses a manifest with %s', async (_what, broken) => {
    await expect(start({ sdl, manifest: broken })).rejects.toMatchObject({
      code: 'INVALID_OPERATION',
      faults: [{ code: 'invalid_operation' }],
    });
  });

  it('refuses resolvers, scopes and scalars that do not fit the SDL, naming each', async () => {
    const broken = start(
      { sdl: `${sdl}\nscalar Odd`, manifest },
      { Query: { nope: () => 1, echo: () => 'x' }, Nope: { a: () => 1 } },
      { 'Query.slow': 'evidence:read' },
    );
    await expect(broken).rejects.toMatchObject({
      code: 'INVALID_SCHEMA',
      faults: [{ path: 'Query.nope' }, { path: 'Nope.a' }, { path: 'Query.slow' }, { path: 'Odd' }],
    });
    await expect(start({ sdl: 'type', manifest: {} })).rejects.toMatchObject({ code: 'INVALID_SCHEMA' });
  });
});
