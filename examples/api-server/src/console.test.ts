// The console over HTTP: two MCs on one database, one issuer, and people of several tenants. What it looks like is tested in a browser.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJsonLog } from '@promotable/server-kit';
import { type OidcIssuer, startOidcIssuer, testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { type MissionControl, startMissionControl } from './mission-control.ts';
import { type CookieJar, cookieJar, logInAs } from './testing/cookie-jar.ts';
import { readEvents } from './testing/event-reader.ts';
import { buildPredicate, type McClient, mcClient, operationNamed } from './testing/mc-client.ts';
import { replayEveryDecision } from './testing/replay-every-decision.ts';

const password = 'right';
const sessionSeconds = 3600;
let database: TestDatabase;
let data: string;
let issuer: OidcIssuer;
let replicas: MissionControl[] = [];
let client: McClient;
let ahead = 0;

const reads = ['evidence:read', 'decision:read'];
const rules = [
  { claims: { team: 'release' }, tenant: 'local', services: ['*'], scopes: ['evidence:publish', 'ledger:read', ...reads] },
  { claims: { team: 'search' }, tenant: 'local', services: ['search'], scopes: reads },
  { claims: { team: 'globex' }, tenant: 'globex', services: ['*'], scopes: reads },
  { claims: { team: 'half' }, tenant: 'local', services: ['*'], scopes: ['evidence:read'] },
];
const people = { ann: 'release', sue: 'search', gus: 'globex', hal: 'half', eve: 'nobody' };

beforeAll(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'promotable-console-'));
  const ports = await Promise.all([freePort(), freePort()]);
  issuer = await startOidcIssuer({
    accounts: Object.entries(people).map(([username, team]) => ({ username, password, claims: { team } })),
    clients: [
      {
        clientId: 'console',
        redirectUris: ports.map((port) => `http://127.0.0.1:${port}/console/callback`),
        postLogoutRedirectUris: ports.map((port) => `http://127.0.0.1:${port}/`),
      },
    ],
  });
  const file = join(data, 'console-oidc.json');
  await writeFile(file, JSON.stringify({ issuer: issuer.url, clientId: 'console', algorithm: 'ES256', sessionSeconds, rules }));
  const environment = { POSTGRES_URI: database.uri, PROMOTABLE_POLICY_LAYER: 'demo', PROMOTABLE_CONSOLE_OIDC: file };
  for (const port of ports) {
    const configuration = readConfiguration(['--data', data, '--port', String(port)], environment);
    const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
    replicas.push(await startMissionControl(configuration, { clock, log: createJsonLog({ level: 'silent' }) }));
  }
  client = await mcClient(url(1), data);
  await publish('checkout', '1.0.0');
  await publish('search', '2.0.0');
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  replicas = [];
  await issuer.stop();
  await replayEveryDecision(database.pool, data);
  await database.drop();
  await rm(data, { recursive: true });
});

const url = (replica: 0 | 1) => replicas[replica]?.url ?? '';
const publish = async (service: string, releaseId: string) => {
  const bundle = await client.sign(buildPredicate({ service, releaseId }));
  expect((await client.publish(bundle, { service, releaseId })).status).toBe(200);
};

async function loggedIn(name: keyof typeof people): Promise<CookieJar> {
  const jar = cookieJar();
  expect(await logInAs(jar, url(0), [name, password])).toBe('/');
  return jar;
}

interface Listed {
  readonly status: number;
  readonly ids: readonly string[];
  readonly code: string | undefined;
}

async function ask(jar: CookieJar, operation: string, variables: object, replica: 0 | 1 = 0) {
  const response = await jar.fetch(
    `${url(replica)}/graphql?${new URLSearchParams({ id: operationNamed(operation), variables: JSON.stringify(variables) })}`,
  );
  const body = (await response.json()) as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
  return { status: response.status, data: body.data, code: body.errors?.[0]?.extensions.code };
}

async function list(jar: CookieJar, variables: object = {}, replica: 0 | 1 = 0): Promise<Listed> {
  const { status, data: answered, code } = await ask(jar, 'query Releases(', variables, replica);
  const { releases = [] } = (answered?.['releases'] ?? {}) as { releases?: { releaseId: string }[] };
  return { status, code, ids: releases.map(({ releaseId }) => releaseId) };
}

describe('a login', () => {
  it('ends where it began, with a cookie that no script reads and no other site sends, good at every replica', async () => {
    const jar = cookieJar();
    expect(await logInAs(jar, url(0), ['ann', password], '/release?service=checkout&release=1.0.0')).toBe(
      '/release?service=checkout&release=1.0.0',
    );
    const line = jar.lines.find((text) => text.startsWith('promotable-session='));
    expect(line).toMatch(/; Path=\/; Max-Age=3600; SameSite=Strict; HttpOnly$/);
    for (const replica of [0, 1] as const) {
      const session = await (await jar.fetch(`${url(replica)}/console/session`)).json();
      expect(session).toMatchObject({ state: 'logged-in', name: 'ann', tenant: 'local' });
      expect(await list(jar, {}, replica)).toMatchObject({ status: 200, ids: ['2.0.0', '1.0.0'] });
    }
  });

  it('under another name of this machine goes on under the one that the issuer sends back to', async () => {
    const answer = await fetch(`${url(0).replace('127.0.0.1', 'localhost')}/console/login?to=/`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`${url(0)}/console/login?to=/`);
  });

  it('with a wrong password is none', async () => {
    await expect(logInAs(cookieJar(), url(0), ['ann', 'wrong'])).rejects.toThrow('do not belong together');
  });

  it('of somebody whom no rule knows gives no session, and says so', async () => {
    const jar = cookieJar();
    expect(await logInAs(jar, url(0), ['eve', password])).toBe('/?login=no-access');
    expect(jar.header()).not.toContain('promotable-session');
  });

  it('that was not begun in this browser, or comes back with another state, fails', async () => {
    const failed = async (jar: CookieJar, search: string) =>
      (await jar.fetch(`${url(0)}/console/callback?${search}`)).headers.get('location');
    expect(await failed(cookieJar(), 'code=stolen&state=stolen')).toBe('/?login=failed');
    const begun = cookieJar();
    await begun.fetch(`${url(0)}/console/login`);
    expect(await failed(begun, `code=stolen&state=other&iss=${encodeURIComponent(issuer.url)}`)).toBe('/?login=failed');
    expect(begun.header()).not.toContain('promotable-session');
  });

  it('never leads to another site', async () => {
    for (const to of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/console/logout', 'javascript:alert(1)'])
      expect(await logInAs(cookieJar(), url(0), ['ann', password], to)).toBe('/');
  });

  it('ends with a logout, at the issuer as well', async () => {
    const jar = await loggedIn('ann');
    const headers = { 'content-type': 'application/json' };
    const { url: next } = (await (await jar.fetch(`${url(0)}/console/logout`, { method: 'POST', headers, body: '{}' })).json()) as {
      url: string;
    };
    expect(next).toContain(`${issuer.url}/session/end?`);
    expect(await (await jar.fetch(`${url(0)}/console/session`)).json()).toEqual({ state: 'logged-out' });
    expect(await list(jar)).toMatchObject({ status: 401 });
    const form = await jar.fetch(`${url(0)}/console/logout`, { method: 'POST', body: new URLSearchParams({}) });
    expect(form.status).toBe(415);
  });
});

describe('a session', () => {
  it('ends with its time, and a changed cookie is none', async () => {
    const jar = await loggedIn('ann');
    const forged = jar
      .header()
      .replace(/(promotable-session=.{60})./, (_all, start: string) => `${start}${jar.header()[61] === 'A' ? 'B' : 'A'}`);
    expect((await fetch(`${url(0)}/graphql?id=${operationNamed('query Releases(')}`, { headers: { cookie: forged } })).status).toBe(401);
    ahead += sessionSeconds * 1000 + 1000;
    expect(await list(jar)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    ahead -= sessionSeconds * 1000 + 1000;
    expect(await list(jar)).toMatchObject({ status: 200 });
  });

  it('asks registered queries by GET and does nothing else, though its owner may publish', async () => {
    const jar = await loggedIn('ann');
    const mutation = { id: operationNamed('mutation PublishEvidence('), variables: { input: { service: 'checkout', releaseId: '6.6.6' } } };
    const query = new URLSearchParams({ id: mutation.id, variables: JSON.stringify(mutation.variables) });
    expect((await jar.fetch(`${url(0)}/graphql?${query}`)).status).toBe(405);
    const headers = { 'content-type': 'application/json' };
    expect((await jar.fetch(`${url(0)}/graphql`, { method: 'POST', headers, body: JSON.stringify(mutation) })).status).toBe(401);
    for (const path of ['/v1/ledger/evidence/export', '/v1/decisions?service=checkout&releaseId=1.0.0'])
      expect((await jar.fetch(`${url(0)}${path}`)).status).toBe(401);
    expect((await list(jar)).ids).not.toContain('6.6.6');
  });

  it('sees its own tenant and its own services alone', async () => {
    const [sue, gus] = [await loggedIn('sue'), await loggedIn('gus')];
    expect((await list(sue)).ids).toEqual(['2.0.0']);
    expect((await list(sue, { service: 'checkout' })).ids).toEqual([]);
    expect((await list(gus)).ids).toEqual([]);
    const story = { service: 'checkout', releaseId: '1.0.0' };
    expect(await ask(sue, 'query ReleaseStory(', story)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await ask(gus, 'query ReleaseStory(', story)).toMatchObject({ status: 200, data: { releaseStory: null } });
    expect(await ask(await loggedIn('ann'), 'query ReleaseStory(', story)).toMatchObject({
      data: { releaseStory: { releaseId: '1.0.0' } },
    });
  });

  it('needs the scopes of both stores', async () => {
    const hal = await loggedIn('hal');
    expect(await list(hal)).toMatchObject({ status: 403 });
    expect((await hal.fetch(`${url(0)}/console/events`)).status).toBe(403);
  });

  it('gets every fault of its questions named', async () => {
    const ann = await loggedIn('ann');
    expect(await list(ann, { first: 101 })).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await list(ann, { after: 'nonsense' })).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });
});

describe('the stream of events', () => {
  it('tells at one MC what came in at the other, to whoever may read it', async () => {
    const [ann, sue, gus] = [await loggedIn('ann'), await loggedIn('sue'), await loggedIn('gus')];
    const streams = await Promise.all([ann, sue, gus].map((jar) => readEvents(`${url(0)}/console/events`, { cookie: jar.header() })));
    const [anns, sues, guss] = streams;
    for (const stream of streams) await stream.next('ready');
    await publish('checkout', '1.1.0');
    expect(await anns?.next('news')).toEqual({ what: 'evidence', service: 'checkout', releaseId: '1.1.0' });
    await client.ask({ releaseId: '1.1.0', digests: [`sha256:${'a'.repeat(64)}`] });
    const heard: unknown[] = [];
    while (!heard.some((news) => (news as { what: string }).what === 'decision')) heard.push(await anns?.next('news'));
    expect(heard).toContainEqual({ what: 'decision', service: 'checkout', releaseId: '1.1.0' });
    // Sue hears of her service, and nothing of what came before it; Gus hears of nobody.
    await publish('search', '2.1.0');
    let sueHeard: { what: string; releaseId: string | null };
    do sueHeard = (await sues?.next('news')) as typeof sueHeard;
    while (sueHeard.what === 'sealed');
    expect(sueHeard.releaseId).toBe('2.1.0');
    const nothing = guss?.next('news').then(
      () => 'news',
      () => 'nothing',
    );
    guss?.close();
    expect(await nothing).toBe('nothing');
    for (const stream of streams) stream.close();
  });

  it('is for sessions and tokens that may read, and for nobody else', async () => {
    expect((await fetch(`${url(0)}/console/events`)).status).toBe(401);
    expect((await client.get('/console/events', 'publisher')).status).toBe(403);
    const byToken = await client.get('/console/events', 'reader');
    expect([byToken.status, byToken.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await byToken.body?.cancel();
  });
});

describe('the pages', () => {
  it('come with a policy that allows nothing inline and nothing from elsewhere; assets are kept for ever', async () => {
    const page = await fetch(`${url(0)}/release?service=x&release=y`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(html.replace(/<link rel="icon"[^>]*>/, '')).not.toMatch(/<style|\sstyle=|<script(?![^>]*src="\/assets\/)|\son\w+=|https?:/);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const asset = await fetch(`${url(0)}${script}`);
    expect([asset.status, asset.headers.get('content-type'), asset.headers.get('cache-control'), asset.headers.get('vary')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
      null,
    ]);
    const again = await fetch(`${url(0)}/`, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await fetch(`${url(0)}/assets/nothing.js`)).status).toBe(404);
    expect((await fetch(`${url(0)}/assets/..%2findex.html`)).status).toBe(404);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
