// Evidence bundles that were altered, borrowed, or never meant for here: each refused with its documented code, none stored, none counting.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSigningKey, localSigner, type Signer } from '@promotable/attest';
import { type Bundle, predicateTypes } from '@promotable/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { seal as sealAs, statementText as statement } from './testing/seal.ts';

let mc: RunningMc;
let evidence: Signer;
let decision: Signer;
let good: Bundle;
let other: Bundle;

beforeAll(async () => {
  mc = await runMissionControl();
  evidence = localSigner(await readFile(join(mc.data, 'keys/evidence.pem'), 'utf8'));
  decision = localSigner(await readFile(join(mc.data, 'keys/decision.pem'), 'utf8'));
  good = await mc.client.sign(buildPredicate());
  other = await mc.client.sign(buildPredicate({ run: { provider: 'ci', id: 'run-2', attempt: 1 } }));
});
afterAll(() => mc.end());
afterEach(async () => {
  const { body } = await mc.client.ask({ digests: [`sha256:${'a'.repeat(64)}`] });
  expect(body['verdict']).toBe('hold');
});

const seal = (payload: string | Uint8Array, signer: Signer = evidence): Promise<Bundle> => sealAs(payload, signer);
const edit = (change: (bundle: Record<string, never> & { dsseEnvelope: Record<string, never> }) => void) => async () => {
  const copy = structuredClone(good) as never;
  change(copy);
  return copy as unknown;
};
const envelope = (changes: object) => async () => ({ ...good, dsseEnvelope: { ...good.dsseEnvelope, ...changes } });
const flipped = (base64: string, at: number): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const signature = (changes: object) => async () => ({
  ...good,
  dsseEnvelope: { ...good.dsseEnvelope, signatures: [{ ...good.dsseEnvelope.signatures[0], ...changes }] },
});
const tests = (changes: object): object => {
  const predicate = buildPredicate() as { values: { tests: object } };
  return { ...predicate, values: { ...predicate.values, tests: { ...predicate.values.tests, ...changes } } };
};
const slo = (changes: object): object => {
  const predicate = stagePredicate() as { values: { slo: { canary: object } } };
  return { ...predicate, values: { slo: { ...predicate.values.slo, canary: { ...predicate.values.slo.canary, ...changes } } } };
};
const without = (field: string): object => Object.fromEntries(Object.entries(buildPredicate()).filter(([name]) => name !== field));
const at = '/bundle/statement/predicate';

type Case = readonly [what: string, bundle: () => Promise<unknown>, status: number, code: string, path?: string];
const malformed: readonly Case[] = [
  ['a text', async () => 'bundle', 400, 'BUNDLE_INVALID'],
  ['a bundle as text', async () => JSON.stringify(good), 400, 'BUNDLE_INVALID'],
  ['very deep text', async () => '['.repeat(500_000), 400, 'BUNDLE_INVALID'],
  ['a number', async () => 1, 400, 'BUNDLE_INVALID', '/bundle'],
  ['a list of bundles', async () => [good], 400, 'BUNDLE_INVALID', '/bundle'],
  ['an empty object', async () => ({}), 400, 'BUNDLE_INVALID', '/bundle/mediaType'],
  [
    'an older bundle version',
    async () => ({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }),
    400,
    'BUNDLE_INVALID',
    '/bundle/mediaType',
  ],
  ['a field that nobody signed', async () => ({ ...good, trusted: true }), 400, 'BUNDLE_INVALID', '/bundle/trusted'],
  ['no signature', envelope({ signatures: [] }), 400, 'BUNDLE_INVALID', '/bundle/dsseEnvelope/signatures'],
  [
    'two signatures',
    async () => ({
      ...good,
      dsseEnvelope: { ...good.dsseEnvelope, signatures: [good, other].map((bundle) => bundle.dsseEnvelope.signatures[0]) },
    }),
    400,
    'BUNDLE_INVALID',
    '/bundle/dsseEnvelope/signatures',
  ],
  ['another payload type', envelope({ payloadType: 'application/json' }), 400, 'BUNDLE_INVALID', '/bundle/dsseEnvelope/payloadType'],
  ['a payload that is no base64', envelope({ payload: '%%%' }), 400, 'BUNDLE_INVALID', '/bundle/dsseEnvelope/payload'],
  ['an empty payload', envelope({ payload: '' }), 400, 'BUNDLE_INVALID', '/bundle/dsseEnvelope/payload'],
  [
    'a key id that is none',
    edit((bundle) => Object.assign(bundle, { verificationMaterial: { publicKey: { hint: 'mine' } } })),
    400,
    'BUNDLE_INVALID',
    '/bundle/verificationMaterial/publicKey/hint',
  ],
  [
    'two key ids that differ',
    signature({ keyid: `SHA256:${'A'.repeat(43)}` }),
    400,
    'BUNDLE_INVALID',
    '/bundle/verificationMaterial/publicKey/hint',
  ],
  [
    'a certificate instead of a key',
    async () => ({ ...good, verificationMaterial: { certificate: { rawBytes: 'AA==' } } }),
    400,
    'BUNDLE_INVALID',
  ],
];
const tampered: readonly Case[] = [
  [
    'one flipped bit at the start of the payload',
    envelopeOf((bundle) => ({ payload: flipped(bundle.dsseEnvelope.payload, 0) })),
    400,
    'BUNDLE_INVALID',
  ],
  [
    'one flipped bit in the middle of the payload',
    envelopeOf((bundle) => ({ payload: flipped(bundle.dsseEnvelope.payload, 300) })),
    400,
    'BUNDLE_INVALID',
  ],
  [
    'one flipped bit of the signature',
    envelopeOf(({ dsseEnvelope: { signatures } }) => ({ signatures: [{ ...signatures[0], sig: flipped(signatures[0]?.sig ?? '', 20) }] })),
    400,
    'BUNDLE_INVALID',
  ],
  ['the signature of another statement', envelopeOf(() => ({ signatures: other.dsseEnvelope.signatures })), 400, 'BUNDLE_INVALID'],
  [
    'a payload with a byte more',
    envelopeOf((bundle) => ({
      payload: Buffer.concat([Buffer.from(bundle.dsseEnvelope.payload, 'base64'), Buffer.from(' ')]).toString('base64'),
    })),
    400,
    'BUNDLE_INVALID',
  ],
  [
    'a signature over the bare payload',
    async () => seal('{}', { ...evidence, sign: (bytes) => evidence.sign(bytes.subarray(-2)) }),
    400,
    'BUNDLE_INVALID',
  ],
];
const foreign: readonly Case[] = [
  [
    'a key that nobody knows',
    async () => seal(statement(buildPredicate()), localSigner(generateSigningKey('ed25519').privateKeyPem)),
    403,
    'SIGNATURE_UNTRUSTED',
  ],
  ['the key of MC’s own decisions', async () => seal(statement(buildPredicate()), decision), 403, 'SIGNATURE_UNTRUSTED'],
  ['a decision of MC', async () => (await mc.client.ask({})).body['bundle'], 403, 'SIGNATURE_UNTRUSTED'],
  [
    'a decision signed by an evidence key',
    async () => seal(statement(buildPredicate(), { predicateType: predicateTypes.decision })),
    400,
    'EVIDENCE_INVALID',
    '/bundle/statement/predicateType',
  ],
  [
    'a statement of no known type',
    async () => seal(statement(buildPredicate(), { _type: 'https://in-toto.io/Statement/v0.1' })),
    400,
    'BUNDLE_INVALID',
    '/bundle/_type',
  ],
  ['a statement about nothing', async () => seal(statement(buildPredicate(), { subject: [] })), 400, 'BUNDLE_INVALID', '/bundle/subject'],
  [
    'a subject without sha256',
    async () => seal(statement(buildPredicate(), { subject: [{ digest: { sha512: 'a' } }] })),
    400,
    'BUNDLE_INVALID',
    '/bundle/subject/0/digest/sha256',
  ],
  [
    'the same JSON in another spelling',
    async () => seal(JSON.stringify(JSON.parse(statement(buildPredicate())), null, 1)),
    400,
    'BUNDLE_INVALID',
  ],
  [
    'a key given twice',
    async () => seal(statement(buildPredicate()).replace('"checkpoint":"build"', '"checkpoint":"20","checkpoint":"build"')),
    400,
    'BUNDLE_INVALID',
  ],
  ['a payload that is no JSON', async () => seal('evidence'), 400, 'BUNDLE_INVALID'],
  ['a payload that is no UTF-8', async () => seal(Uint8Array.of(0x22, 0xc3, 0x28, 0x22)), 400, 'BUNDLE_INVALID'],
  [
    'a number beyond every double',
    async () => seal(statement(buildPredicate()).replace('"durationMs":5', '"durationMs":1e999')),
    400,
    'BUNDLE_INVALID',
  ],
  ['a __proto__ key', async () => seal(statement(buildPredicate()).replace('{', '{"__proto__":{"scopes":[]},')), 400, 'BUNDLE_INVALID'],
];
const untrue: readonly Case[] = [
  ...['service', 'releaseId', 'run', 'observed', 'samples', 'values', 'redactions'].map(
    (field): Case => [`no ${field}`, async () => seal(statement(without(field))), 400, 'EVIDENCE_INVALID', `${at}/${field}`],
  ),
  ['no checkpoint', async () => seal(statement(without('checkpoint'))), 400, 'EVIDENCE_INVALID', `${at}/checkpoint`],
  ['a field of no meaning', async () => seal(statement(buildPredicate({ verdict: 'pass' }))), 400, 'EVIDENCE_INVALID', `${at}/verdict`],
  [
    'an environment in build evidence',
    async () => seal(statement(buildPredicate({ environment: 'production' }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/environment`,
  ],
  [
    'a report that counts no test',
    async () => seal(statement(tests({ total: 0, passed: 0 }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/values/tests`,
  ],
  ['counts that do not add up', async () => seal(statement(tests({ total: 3 }))), 400, 'EVIDENCE_INVALID', `${at}/values/tests`],
  ['negative failures', async () => seal(statement(tests({ failed: -1, total: 1 }))), 400, 'EVIDENCE_INVALID', `${at}/values/tests`],
  [
    'tests that are null',
    async () => seal(statement(buildPredicate({ values: { tests: null } }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/values/tests`,
  ],
  ['values of nothing', async () => seal(statement(buildPredicate({ values: {} }))), 400, 'EVIDENCE_INVALID', `${at}/values`],
  ['a negative p95', async () => seal(statement(slo({ p95Ms: -1 }))), 400, 'EVIDENCE_INVALID', `${at}/values/slo`],
  ['an error rate in percent', async () => seal(statement(slo({ errorRate: 2 }))), 400, 'EVIDENCE_INVALID', `${at}/values/slo`],
  ['a p95 as text', async () => seal(statement(slo({ p95Ms: '40' }))), 400, 'EVIDENCE_INVALID', `${at}/values/slo`],
  [
    'a time without an offset',
    async () => seal(statement(buildPredicate({ observed: { from: '2026-11-21T10:00:00', until: '2026-11-21T10:00:01' } }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/observed/from`,
  ],
  [
    'a window that ends before it begins',
    async () => seal(statement(buildPredicate({ observed: { from: '2026-11-21T10:00:01Z', until: '2026-11-21T10:00:00Z' } }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/observed/until`,
  ],
  ['a window of tomorrow', async () => seal(statement(stagePredicate({}, -86_400_000))), 422, 'OBSERVED_IN_FUTURE', `${at}/observed/until`],
  [
    'an attempt of 0',
    async () => seal(statement(buildPredicate({ run: { provider: 'ci', id: '1', attempt: 0 } }))),
    400,
    'EVIDENCE_INVALID',
    `${at}/run/attempt`,
  ],
  ['another service', async () => seal(statement(buildPredicate({ service: 'payments' }))), 422, 'BUNDLE_MISMATCH', '/service'],
  ['another release', async () => seal(statement(buildPredicate({ releaseId: '0.9.0' }))), 422, 'BUNDLE_MISMATCH', '/releaseId'],
];

function envelopeOf(change: (bundle: Bundle) => object): () => Promise<unknown> {
  return async () => ({ ...good, dsseEnvelope: { ...good.dsseEnvelope, ...change(good) } });
}

describe.each([
  ['a malformed bundle', malformed],
  ['a tampered bundle', tampered],
  ['a foreign bundle', foreign],
  ['a signed untruth', untrue],
])('%s', (_kind, cases) => {
  it.each(cases.map((one): [string, Case] => [one[0], one]))('%s is refused', async (_what, [, make, status, code, path]) => {
    const bundle = await make();
    const answer = await mc.client.publish(bundle as Bundle);
    const extensions = answer.body.errors?.[0]?.extensions;
    expect([answer.status, extensions?.code]).toEqual([status, code]);
    if (code !== 'SIGNATURE_UNTRUSTED') expect(extensions?.faults.length).toBeGreaterThan(0);
    if (path !== undefined)
      expect(extensions?.faults.map((fault) => fault.path)).toEqual(expect.arrayContaining([expect.stringMatching(`^${path}`)]));
    expect((await mc.database.pool.query('SELECT FROM evidence.records')).rowCount).toBe(0);
    expect((await mc.database.pool.query("SELECT FROM ledger.entry WHERE stream = 'evidence'")).rowCount).toBe(0);
  });
});

it('lists every fault of a bundle at once', async () => {
  const broken = { mediaType: 1, verificationMaterial: {}, dsseEnvelope: { payload: 1, payloadType: 'x', signatures: [] } };
  const { body } = await mc.client.publish(broken as unknown as Bundle);
  expect(body.errors?.[0]?.extensions.faults.map(({ path }) => path).sort()).toEqual([
    '/bundle/dsseEnvelope/payload',
    '/bundle/dsseEnvelope/payloadType',
    '/bundle/dsseEnvelope/signatures',
    '/bundle/mediaType',
    '/bundle/verificationMaterial/publicKey',
  ]);
});
