import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, sdl, manifest, tinyServer, type TinyServer } from '../fixtures/tiny-server.ts';
import type { ServerModule } from '../server-module.ts';
import type { ChangeListener } from './change-feed.ts';

// The same module on two servers: one keeps answers, the other computes each.
let computed: number;
let content: string;
let failing: boolean;
let listener: ChangeListener | undefined;
const notes = (): ServerModule => ({
  name: 'notes',
  resolvers: {
    Query: {
      echo: async (_parent: unknown, { text }: { text: string }, { principal }) => {
        computed += 1;
        if (failing) throw Object.assign(new Error('away'), { code: 'STORE_AWAY' });
        return `${principal.tenant} ${text} ${content}`;
      },
    },
  },
  scopes: { 'Query.echo': 'evidence:read' },
  cacheable: { 'Query.echo': { tags: ({ text }: { text: string }, { tenant }) => [`${tenant}/${text}`] } },
});

let kept: TinyServer;
let plain: TinyServer;
beforeEach(async () => {
  computed = 0;
  content = 'first é';
  failing = false;
  const changes = {
    start: (given: ChangeListener) => {
      listener = given;
      given.current(Number.POSITIVE_INFINITY);
    },
    stop: async () => undefined,
  };
  [kept, plain] = await Promise.all([
    tinyServer({ modules: [notes()], responseCache: { changes } }),
    tinyServer({ modules: [notes()], graphql: { sdl, manifest } }),
  ]);
});
afterEach(() => Promise.all([kept.stop(), plain.stop()]));

const query = (variables: object) => `/graphql?id=${ids.echo}&variables=${encodeURIComponent(JSON.stringify(variables))}`;
const get = async (server: TinyServer, authorization: string, variables: object = { text: 'a' }, headers = {}) =>
  fetch(`${server.url}${query(variables)}`, { headers: { authorization, ...headers } });
const post = async (server: TinyServer, authorization: string, variables: object = { text: 'a' }) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ id: ids.echo, variables }),
  });

describe('a kept answer', () => {
  it('has the very bytes and headers of a computed one, by GET and by POST', async () => {
    for (const ask of [get, post]) {
      const answers = [];
      for (const server of [plain, kept, kept]) {
        const answer = await ask(server, await server.bearer());
        const { date: _date, 'x-request-id': id, traceparent, ...headers } = Object.fromEntries(answer.headers);
        expect([answer.status, id, traceparent]).toEqual([200, expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^00-/)]);
        answers.push({ bytes: Buffer.from(await answer.arrayBuffer()).toString('hex'), headers });
      }
      const [computedOne, miss, hit] = answers;
      expect(hit).toEqual(miss);
      expect(hit?.bytes).toBe(computedOne?.bytes);
      const tagged = ask === get ? { etag: expect.stringMatching(/^"[\w-]{43}"$/), 'cache-control': 'private, no-cache' } : {};
      expect(hit?.headers).toEqual({ ...computedOne?.headers, ...tagged });
    }
  });

  it('is 304 for who has it already, until it changes', async () => {
    const authorization = await kept.bearer();
    const etag = String((await get(kept, authorization)).headers.get('etag'));
    const again = await get(kept, authorization, { text: 'a' }, { 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag'), again.headers.get('vary')]).toEqual([
      304,
      '',
      etag,
      'Authorization, Cookie',
    ]);
    content = 'second';
    listener?.changed('acme/a');
    expect((await get(kept, authorization, { text: 'a' }, { 'if-none-match': etag })).status).toBe(200);
  });

  it('ends when what it was made from changes, and when changes may have been missed', async () => {
    const authorization = await kept.bearer();
    const ask = async () => ((await (await get(kept, authorization)).json()) as { data: { echo: string } }).data.echo;
    expect([await ask(), await ask(), computed]).toEqual(['acme a first é', 'acme a first é', 1]);
    content = 'second';
    listener?.changed('acme/b');
    expect(await ask()).toBe('acme a first é');
    listener?.changed('acme/a');
    expect(await ask()).toBe('acme a second');
    content = 'third';
    listener?.lost();
    expect([await ask(), await ask(), computed]).toEqual(['acme a third', 'acme a third', 4]);
  });

  it('of one tenant is never given to another, whatever is asked', async () => {
    for (const tenant of ['acme', 'globex', 'acme']) {
      const authorization = await kept.bearer({ tenant });
      expect(await (await get(kept, authorization)).json()).toEqual({ data: { echo: `${tenant} a first é` } });
      expect(await (await post(kept, authorization)).json()).toEqual({ data: { echo: `${tenant} a first é` } });
    }
    const globex = await kept.bearer({ tenant: 'globex' });
    await get(kept, await kept.bearer(), { text: 'a', tenant: 'acme' });
    expect((await get(kept, globex, { text: 'a', tenant: 'acme' })).status).toBe(403);
    expect((await get(kept, await kept.bearer(), { text: 'a' }, { 'x-tenant-id': 'globex' })).status).toBe(403);
  });

  it('is refused to tokens without the scope, that have ended, or whose key was withdrawn', async () => {
    const authorization = await kept.bearer({ ttlSeconds: 60 });
    expect((await get(kept, authorization)).status).toBe(200);
    expect((await get(kept, await kept.bearer({ scopes: ['gate:ask'] }))).status).toBe(403);
    expect((await get(kept, '')).status).toBe(401);
    kept.clock.advance(121_000);
    expect((await get(kept, authorization)).status).toBe(401);
    const fresh = await kept.bearer();
    expect((await get(kept, fresh)).status).toBe(200);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    kept.tokens.rotate({ signingKey: { kid: 'k2', privateKey } });
    expect((await get(kept, fresh)).status).toBe(401);
  });

  it('counts against the rate of its caller', async () => {
    const limited = await tinyServer({
      modules: [notes()],
      responseCache: { changes: null },
      limits: { perPrincipal: { requests: 2, seconds: 60 } },
    });
    const authorization = await limited.bearer();
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await get(limited, authorization)).status);
    expect(statuses).toEqual([200, 200, 429]);
    await limited.stop();
  });
});

it('an error is not kept', async () => {
  const authorization = await kept.bearer();
  failing = true;
  expect((await get(kept, authorization)).status).toBe(500);
  failing = false;
  expect((await get(kept, authorization)).status).toBe(200);
});

it('many who ask at once cost one computation, and are counted as hits and misses', async () => {
  const authorization = await kept.bearer();
  await Promise.all(Array.from({ length: 40 }, () => get(kept, authorization)));
  expect(computed).toBe(1);
  expect((await get(kept, authorization)).status).toBe(200);
  const text = await (await fetch(`${kept.url}/metrics`)).text();
  expect(text).toMatch(/response_cache_reads_total\{result="hit"\} \d+/);
  expect(text).toMatch(/response_cache_reads_total\{result="miss"\} \d+/);
  expect(text).toContain('graphql_request_duration_seconds_count{op="query"} 41');
});

it('a field that is no query field with a resolver cannot be cacheable', async () => {
  const cacheable = { 'Mutation.put': { tags: () => [] } };
  await expect(tinyServer({ modules: [{ ...notes(), cacheable }] })).rejects.toMatchObject({
    code: 'INVALID_SCHEMA',
    faults: [{ path: 'Mutation.put', code: 'not_cacheable' }],
  });
});
