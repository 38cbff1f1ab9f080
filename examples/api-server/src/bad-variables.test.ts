// Every operation × every variable × values that it cannot have, by POST and by GET: each fault with its path, nothing executed.
import { createRequire } from 'node:module';
import { operationId } from '@promotable/server-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const manifest = createRequire(import.meta.url)('@promotable/contracts/operations/manifest.json') as Record<string, string>;
const idOf = (start: string): string => operationId(Object.values(manifest).find((text) => text.startsWith(start)) ?? '');

let mc: RunningMc;
let authorization: string;

beforeAll(async () => {
  mc = await runMissionControl();
  authorization = `Bearer ${await mc.token()}`;
});
afterAll(() => mc.end());
afterEach(async () => {
  expect((await mc.client.ask({})).status).toBe(200);
});

const post = (id: string, variables: unknown): Promise<Response> =>
  fetch(`${mc.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ id, variables }),
  });
const get = (id: string, variables: unknown): Promise<Response> =>
  fetch(`${mc.url}/graphql?id=${id}&variables=${encodeURIComponent(JSON.stringify(variables))}`, { headers: { authorization } });

const texts = ['', ' ', '../../etc/passwd', 'a b', "x'; DROP TABLE evidence.records; --", '\u0000', '\ud800', 'é', '*', 'x'.repeat(3000)];
/** No scalar of text takes these; a number is text for an ID, so it is left out. */
const types = [true, {}, { $ne: null }, [], ['x', 'y'], 1.5];

const queries: Record<
  string,
  { readonly id: string; readonly good: Record<string, unknown>; readonly wrong: Record<string, readonly unknown[]> }
> = {
  EvidenceOkAt: {
    id: idOf('query EvidenceOkAt('),
    good: { service: 'checkout', releaseId: '1.0.0', environment: 'production', stage: '20' },
    wrong: {
      service: [...texts, ...types, null],
      releaseId: [...texts, ...types, null],
      environment: [...texts, ...types],
      stage: [...texts, ...types, 'build', '0', '100'],
      podTemplateHash: [...texts, ...types],
      digests: [...texts, true, {}, ['x'], [null], [1]],
    },
  },
  EvidenceOk: {
    id: idOf('query EvidenceOk('),
    good: { service: 'checkout', releaseId: '1.0.0' },
    wrong: { service: [...texts, ...types, null], releaseId: [...texts, ...types, null] },
  },
  ReleaseEvidence: {
    id: idOf('query ReleaseEvidence('),
    good: { service: 'checkout', releaseId: '1.0.0' },
    wrong: {
      service: [...texts, ...types, null],
      releaseId: [...texts, ...types, null],
      first: [0, -1, 1.5, 201, 1e10, '5', true, {}, [[]]],
    },
  },
};
/** As a title shows it: long values are cut. */
const shown = (value: unknown): string => JSON.stringify(value).replace(/^(.{40}).+$/, '$1…');
const cases = Object.entries(queries).flatMap(([name, { wrong }]) =>
  Object.entries(wrong).flatMap(([variable, values]) =>
    values.map((value): [string, string, string, unknown] => [name, variable, shown(value), value]),
  ),
);

describe.each([
  ['POST', post],
  ['GET', get],
] as const)('%s /graphql', (_method, ask) => {
  it.each(cases)('%s names $%s as wrong when it is %s', async (name, variable, _shown, value) => {
    const { id, good } = queries[name] as (typeof queries)[string];
    const refusal = await refusalOf(await ask(id, { ...good, [variable]: value }), [authorization.slice(7)]);
    expect([refusal.status, refusal.code]).toEqual([400, expect.stringMatching(/^(INVALID_INPUT|INVALID_QUESTION|EVIDENCE_INVALID)$/)]);
    expect(refusal.paths.length).toBeGreaterThan(0);
    for (const path of refusal.paths) expect(path).toMatch(new RegExp(`^(/variables)?/${variable}(/|$)`));
  });

  it.each(Object.keys(queries))('%s names what is missing and what it does not know, all at once', async (name) => {
    const { paths } = await refusalOf(await ask((queries[name] as (typeof queries)[string]).id, { bogus: 1, toString: 2 }));
    expect([...paths].sort()).toEqual(['/variables/bogus', '/variables/releaseId', '/variables/service', '/variables/toString']);
  });
});

const digest = 'a'.repeat(64);
const claims = {
  service: 'checkout',
  releaseId: '1.0.0',
  artifacts: [{ type: 'sbom', sha256: digest }],
  slo: { service: 'checkout', p95Ms: 10, p99Ms: 20, errorRate: 0.1, window: '8s' },
  cost: { graphqlPerMillionUsd: 1 },
  environment: 'production',
  stage: '20',
  idempotencyKey: 'key',
};
const input: Record<string, readonly unknown[]> = {
  service: [...texts, ...types, null],
  releaseId: [...texts, ...types, null],
  environment: [...texts, ...types],
  stage: [...texts, ...types, '0', '100'],
  idempotencyKey: ['', '\u0000', '\ud800', 'x'.repeat(129), ...types],
  artifacts: [
    null,
    true,
    1,
    'x',
    {},
    [null],
    [{}],
    [{ type: 'sbom' }],
    [{ type: '', sha256: digest }],
    [{ type: 'sbom', sha256: 'A' }],
    Array(257).fill({ type: 'sbom', sha256: digest }),
  ],
  slo: [
    true,
    1,
    'x',
    [],
    {},
    { ...claims.slo, p95Ms: -1 },
    { ...claims.slo, p95Ms: 1.5 },
    { ...claims.slo, errorRate: 1.1 },
    { ...claims.slo, window: 'soon' },
    { ...claims.slo, extra: 1 },
  ],
  cost: ['x'.repeat(20_000)],
};

describe('publishEvidence without a bundle', () => {
  it.each(
    Object.entries(input).flatMap(([field, values]) => values.map((value): [string, string, unknown] => [field, shown(value), value])),
  )('names %s as wrong when it is %s, and stores nothing', async (field, _shown, value) => {
    const refusal = await refusalOf(await post(idOf('mutation PublishEvidence('), { input: { ...claims, [field]: value } }));
    expect([refusal.status, refusal.code]).toEqual([400, expect.stringMatching(/^(INVALID_INPUT|EVIDENCE_INVALID)$/)]);
    expect(refusal.paths.length).toBeGreaterThan(0);
    for (const path of refusal.paths) expect(path).toMatch(new RegExp(`^(/variables/input)?/${field}(/|$)`));
    expect((await mc.database.pool.query('SELECT FROM evidence.records')).rowCount).toBe(0);
  });

  it('names every fault at once', async () => {
    const wrong = {
      service: 'a b',
      releaseId: '',
      environment: '/',
      stage: '0',
      idempotencyKey: '\u0000',
      artifacts: [{ type: '', sha256: 'x' }],
    };
    const { paths } = await refusalOf(await post(idOf('mutation PublishEvidence('), { input: wrong }));
    expect([...paths].sort()).toEqual([
      '/artifacts/0/sha256',
      '/artifacts/0/type',
      '/environment',
      '/idempotencyKey',
      '/releaseId',
      '/service',
      '/stage',
    ]);
  });

  it.each([null, 1, 'x', [], {}])('refuses %j for the whole input', async (value) => {
    const { status, paths } = await refusalOf(await post(idOf('mutation PublishEvidence('), { input: value }));
    expect([status, paths.every((path) => path.startsWith('/variables/input'))]).toEqual([400, true]);
  });
});
