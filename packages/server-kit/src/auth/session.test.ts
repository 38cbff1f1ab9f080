import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '@promotable/contracts';
import { ids, tinyServer, type TinyServer } from '../fixtures/tiny-server.ts';
import { contextOf, principalOf } from '../request-context.ts';
import { forbidden } from '../server-kit-error.ts';
import type { ServerModule } from '../server-module.ts';
import type { SessionAuthenticator } from './session-authenticator.ts';

const ann: Principal = { id: 'https://login.test#ann', tenant: 'acme', services: ['*'], scopes: ['evidence:read', 'evidence:publish'] };
const endsAt = Date.parse('2026-11-21T12:00:00Z');

const sessions: SessionAuthenticator = {
  async authenticate(cookie) {
    if (cookie === 'session=unmapped') throw forbidden('no rule of the issuer fits the claims');
    return cookie === 'session=ann' ? { principal: ann, expiresAt: endsAt } : null;
  },
};

const pages: ServerModule = {
  name: 'pages',
  routes(app) {
    const answer = async (request: Parameters<typeof principalOf>[0]) => ({
      id: principalOf(request).id,
      endsAt: contextOf(request).sessionEndsAt,
    });
    app.get('/with-session', { config: { session: true, scope: 'evidence:read' } }, answer);
    app.post('/with-session', { config: { session: true } }, answer);
    app.get('/without-session', answer);
    app.get('/another-scope', { config: { session: true, scope: 'ledger:read' } }, answer);
  },
};

let tiny: TinyServer;
beforeAll(async () => {
  tiny = await tinyServer({ sessions, modules: [pages] });
});
afterAll(() => tiny.stop());

const as = (cookie: string, path: string, init: RequestInit = {}) =>
  fetch(`${tiny.url}${path}`, { ...init, headers: { cookie, ...(init.headers as Record<string, string>) } });

describe('a session cookie', () => {
  it('answers for its owner on a route that takes sessions, and says until when', async () => {
    const answer = await as('session=ann', '/with-session');
    expect([answer.status, await answer.json()]).toEqual([200, { id: ann.id, endsAt }]);
  });

  it('is bound to scopes and tenant as a token is', async () => {
    expect((await as('session=ann', '/another-scope')).status).toBe(403);
    expect((await as('session=ann', '/with-session', { headers: { 'x-tenant-id': 'other' } })).status).toBe(403);
  });

  it('is nobody where it does not stand, and forbidden where no rule fits it', async () => {
    expect((await as('session=forged', '/with-session')).status).toBe(401);
    expect((await as('session=unmapped', '/with-session')).status).toBe(403);
  });

  it('is not looked at on other routes, by other methods, or beside a token', async () => {
    expect((await as('session=ann', '/without-session')).status).toBe(401);
    const headers = { 'content-type': 'application/json' };
    expect((await as('session=ann', '/with-session', { method: 'POST', headers, body: '{}' })).status).toBe(401);
    expect((await as('session=ann', '/with-session', { headers: { authorization: 'Bearer no.such.token' } })).status).toBe(401);
    const own = await as('session=ann', '/with-session', { headers: { authorization: await tiny.bearer() } });
    expect(await own.json()).toEqual({ id: 'https://mc.test#tester', endsAt: null });
  });
});

describe('GraphQL by a session cookie', () => {
  let graphql: TinyServer;
  beforeAll(async () => {
    graphql = await tinyServer({ sessions });
  });
  afterAll(() => graphql.stop());

  const get = (id: string, variables: object) =>
    fetch(`${graphql.url}/graphql?id=${id}&variables=${encodeURIComponent(JSON.stringify(variables))}`, {
      headers: { cookie: 'session=ann' },
    });
  const post = (contentType: string, body: object) =>
    fetch(`${graphql.url}/graphql`, {
      method: 'POST',
      headers: { cookie: 'session=ann', 'content-type': contentType },
      body: JSON.stringify(body),
    });

  it('answers registered queries by GET', async () => {
    const answer = await get(ids.echo, { text: 'hi' });
    expect([answer.status, await answer.json()]).toEqual([200, { data: { echo: 'acme:hi' } }]);
  });

  it('runs no mutation, by whatever method and media type, though its owner may publish', async () => {
    expect((await get(ids.put, { input: { count: 1 } })).status).toBe(405);
    const mutation = { id: ids.put, variables: { input: { count: 1 } } };
    expect((await post('application/json', mutation)).status).toBe(401);
    expect((await post('text/plain', mutation)).status).toBe(415);
    expect((await post('application/json', { id: ids.echo, variables: { text: 'hi' } })).status).toBe(401);
  });
});
