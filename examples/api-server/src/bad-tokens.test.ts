// Every endpoint × every token that must not do: 401 or 403, always in the same words, and nothing of another tenant or service.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Scope } from '@promotable/contracts';
import { operationId } from '@promotable/server-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate } from './testing/mc-client.ts';
import { refusalOf } from './testing/refusal.ts';
import { everyScope, type RunningMc, runMissionControl } from './testing/running-mc.ts';

const manifest = createRequire(import.meta.url)('@promotable/contracts/operations/manifest.json') as Record<string, string>;
const idOf = (start: string): string => operationId(Object.values(manifest).find((text) => text.startsWith(start)) ?? '');

let mc: RunningMc;
let decisionId: string;

beforeAll(async () => {
  mc = await runMissionControl();
  await mc.client.publish(await mc.client.sign(buildPredicate()));
  decisionId = String((await mc.client.ask({})).body['decisionId']);
});
afterAll(() => mc.end());
afterEach(async () => {
  expect((await mc.client.ask({})).status).toBe(200);
});

interface Endpoint {
  readonly name: string;
  readonly scope: Scope;
  readonly path: () => string;
  readonly body?: Record<string, unknown>;
  /** Not bound to one service: the tenant's own log. */
  readonly wholeTenant?: true;
}

const release = { service: 'checkout', releaseId: '1.0.0' };
const at = { ...release, environment: 'production', stage: '20' };
const query = (start: string, variables: object) => () =>
  `/graphql?id=${idOf(start)}&variables=${encodeURIComponent(JSON.stringify(variables))}`;
const graphql = () => '/graphql';
const endpoints: readonly Endpoint[] = [
  { name: 'POST /v1/gate/rollout', scope: 'gate:ask', path: () => '/v1/gate/rollout', body: at },
  { name: 'GET /v1/decisions', scope: 'decision:read', path: () => '/v1/decisions?service=checkout&releaseId=1.0.0' },
  { name: 'GET /v1/decisions/:id', scope: 'decision:read', path: () => `/v1/decisions/${decisionId}` },
  { name: 'GET /v1/ledger/evidence/export', scope: 'ledger:read', path: () => '/v1/ledger/evidence/export', wholeTenant: true },
  { name: 'GET /v1/ledger/decision/export', scope: 'ledger:read', path: () => '/v1/ledger/decision/export', wholeTenant: true },
  { name: 'GET EvidenceOkAt', scope: 'gate:ask', path: query('query EvidenceOkAt(', at) },
  { name: 'GET ReleaseEvidence', scope: 'evidence:read', path: query('query ReleaseEvidence(', release) },
  { name: 'POST EvidenceOk', scope: 'gate:ask', path: graphql, body: { id: idOf('query EvidenceOk('), variables: release } },
  { name: 'POST EvidenceOkAt', scope: 'gate:ask', path: graphql, body: { id: idOf('query EvidenceOkAt('), variables: at } },
  { name: 'POST ReleaseEvidence', scope: 'evidence:read', path: graphql, body: { id: idOf('query ReleaseEvidence('), variables: release } },
  {
    name: 'POST PublishEvidence',
    scope: 'evidence:publish',
    path: graphql,
    body: { id: idOf('mutation PublishEvidence('), variables: { input: release } },
  },
  {
    name: 'POST publishEvidence',
    scope: 'evidence:publish',
    path: graphql,
    body: { id: idOf('mutation($input'), variables: { input: { ...release, releaseId: '1.0.1' } } },
  },
];

const call = (
  endpoint: Pick<Endpoint, 'path' | 'body'>,
  authorization: string | null,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${mc.url}${endpoint.path()}`, {
    method: endpoint.body === undefined ? 'GET' : 'POST',
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(endpoint.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(endpoint.body === undefined ? {} : { body: JSON.stringify(endpoint.body) }),
  });

/** What a caller can learn from it, the request's own id left out. */
const learnt = ({ status, code, message, faults }: Awaited<ReturnType<typeof refusalOf>>): unknown => ({ status, code, message, faults });
const unauthenticated = { status: 401, code: 'UNAUTHENTICATED', message: 'A valid bearer token is required.', faults: [] };
const forbidden = { status: 403, code: 'FORBIDDEN', faults: [] };

describe.each(endpoints)('$name', (endpoint) => {
  it('answers 401 in the same words to whatever is no valid token', async () => {
    const valid = await mc.token();
    const [head, payload, signature] = valid.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const tokens: readonly (string | null)[] = [
      null,
      '',
      'Bearer',
      'Bearer ',
      `Basic ${Buffer.from('admin:admin').toString('base64')}`,
      `Bearer ${valid} ${valid}`,
      valid,
      'Bearer nonsense',
      'Bearer a.b.c',
      `Bearer ${'x'.repeat(9000)}`,
      `Bearer ${await mc.token({ issuedAt: Date.now() - 7_200_000, ttlSeconds: 60 })}`,
      `Bearer ${await mc.token({ issuedAt: Date.now() + 7_200_000 })}`,
      `Bearer ${await mc.token({ issuer: 'https://elsewhere.example' })}`,
      `Bearer ${head}.${encoded({ ...claims, tenant: 'globex' })}.${signature}`,
      `Bearer ${head}.${payload}.`,
      `Bearer ${head}.${payload}.${signature.slice(0, -4)}AAAA`,
      `Bearer ${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `Bearer ${encoded({ alg: 'HS256', typ: 'at+jwt' })}.${payload}.${signature}`,
    ];
    for (const authorization of tokens) {
      const refusal = await refusalOf(await call(endpoint, authorization), [signature]);
      expect([authorization, learnt(refusal)]).toEqual([authorization, unauthenticated]);
      expect(refusal.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('answers HEAD no sooner than GET', async () => {
    if (endpoint.body !== undefined) return;
    const { status } = await fetch(`${mc.url}${endpoint.path()}`, { method: 'HEAD' });
    expect([401, 405]).toContain(status);
  });

  it('answers 403 to a token with every scope but its own', async () => {
    const scopes = everyScope.filter((scope) => scope !== endpoint.scope);
    for (const granted of [scopes, []]) {
      const refusal = await refusalOf(await call(endpoint, `Bearer ${await mc.token({ scopes: granted })}`));
      expect(learnt(refusal)).toMatchObject(forbidden);
    }
  });

  it('gives a token of another service nothing, in the words it would have for what does not exist', async () => {
    if (endpoint.wholeTenant) return;
    for (const services of [['payments'], ['check'], ['checkout2', 'Checkout'], []]) {
      const refusal = await refusalOf(await call(endpoint, `Bearer ${await mc.token({ services })}`));
      if (endpoint.name.endsWith(':id')) expect(learnt(refusal)).toMatchObject({ status: 404, code: 'DECISION_NOT_FOUND' });
      else expect(learnt(refusal)).toMatchObject(forbidden);
    }
  });

  it('gives a token of another tenant nothing of this one', async () => {
    const response = await call(endpoint, `Bearer ${await mc.token({ tenant: 'globex' })}`);
    const text = await response.text();
    expect(text).not.toContain(decisionId);
    expect(text).not.toContain('a'.repeat(64));
    if (endpoint.name.endsWith(':id')) return expect(response.status).toBe(404);
    if (endpoint.name === 'POST EvidenceOk') return expect(text).toContain('MISSING_FIELD');
    // One tenant's record is no duplicate of another's.
    expect(response.status, text).toBe(200);
    if (endpoint.scope === 'gate:ask') expect(text).toContain('NO_EVIDENCE');
    if (endpoint.scope === 'evidence:read') expect(JSON.parse(text)).toEqual({ data: { releaseEvidence: [] } });
    if (endpoint.name === 'GET /v1/decisions') expect(text).not.toContain('local');
    if (endpoint.wholeTenant) expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ kind: 'header', tenant: 'globex' });
  });

  it('refuses a request that names another tenant than its token', async () => {
    const authorization = `Bearer ${await mc.token({ tenant: 'globex' })}`;
    expect(learnt(await refusalOf(await call(endpoint, authorization, { 'x-tenant-id': 'local' })))).toMatchObject(forbidden);
    if (endpoint.body === undefined) return;
    const variables = endpoint.body['variables'] as { input?: object } | undefined;
    const named =
      variables === undefined
        ? { ...endpoint.body, tenant: 'local' }
        : {
            ...endpoint.body,
            variables:
              variables.input === undefined ? { ...variables, tenant: 'local' } : { input: { ...variables.input, tenant: 'local' } },
          };
    const refusal = await refusalOf(await call({ ...endpoint, body: named }, authorization));
    // The legacy text knows no variable of this name.
    if (endpoint.name === 'POST EvidenceOk') return expect(refusal.paths).toEqual(['/variables/tenant']);
    expect(learnt(refusal)).toMatchObject(forbidden);
  });
});

describe('a token', () => {
  it('of one role does nothing of another role', async () => {
    const tokens = await Promise.all(
      ['publisher', 'gate', 'reader'].map(async (role) => (await readFile(join(mc.data, 'tokens', role), 'utf8')).trim()),
    );
    const allowed = await Promise.all(
      tokens.map(async (token) =>
        (await Promise.all(endpoints.map(async (endpoint) => [endpoint.scope, (await call(endpoint, `Bearer ${token}`)).status] as const)))
          .filter(([, status]) => status !== 403)
          .map(([scope]) => scope),
      ),
    );
    expect(allowed.map((scopes) => [...new Set(scopes)].sort())).toEqual([
      ['evidence:publish', 'evidence:read'],
      ['decision:read', 'gate:ask'],
      ['decision:read', 'evidence:read', 'ledger:read'],
    ]);
  });

  it('is in no log line, nor is any part of it', async () => {
    const token = await mc.token({ scopes: [] });
    for (const endpoint of endpoints) await call(endpoint, `Bearer ${token}`);
    for (const part of token.split('.').slice(1)) expect(mc.logged()).not.toContain(part);
    expect(mc.logged()).toContain('FORBIDDEN');
  });
});
