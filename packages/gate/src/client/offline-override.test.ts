import { generateSigningKey, localSigner, signKeySet, signStatement, digestOf } from '@promotable/attest';
import { type Override, predicateTypes, statementType } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { away, json, lyingMc, type LyingMc } from '../testing/lying-mc.ts';
import { ask, minute } from '../testing/scenes.ts';
import { ask20, digestA, digestB } from '../testing/world.ts';

let mc: LyingMc;
const officer = generateSigningKey('ed25519');
const hour = 60 * minute;

beforeEach(async () => {
  mc = await lyingMc();
  mc.onKeys = () => keys('override');
  // One answer, so that tenant and key set are known; then MC is gone.
  await mc.poll();
  mc.onQuestion = away;
});

const instant = (ms: number) => new Date(mc.world.clock.now() + ms).toISOString();

async function keys(use: 'override' | 'evidence', changes: { revokedAt?: string; notAfter?: string } = {}) {
  const entry = ({ keyId, algorithm, publicKeyPem }: typeof officer, of: 'decision' | 'override' | 'evidence') => ({
    ...{
      keyId,
      algorithm,
      publicKeyPem,
      use: of,
      notBefore: instant(-hour),
      notAfter: instant(48 * hour),
      revokedAt: null as string | null,
    },
  });
  const entries = [entry(mc.world.keys.decision, 'decision'), { ...entry(officer, use), ...changes }];
  const set = { version: 1, issuedAt: instant(-hour), expiresAt: instant(24 * hour), keys: entries };
  return json({ keySet: await signKeySet(set, localSigner(mc.world.keys.root.privateKeyPem)) });
}

async function signed(changes: Partial<Override> = {}, privateKeyPem = officer.privateKeyPem, subject?: string) {
  const override: Override = {
    ...{ id: 'o-1', kind: 'override', tenant: 'acme', service: 'checkout', environment: 'production', stages: ['20'], digests: [digestA] },
    ...{ codes: ['PENDING'], actor: 'https://issuer.test#ada', author: null, reason: 'MC is away', ticket: 'INC-1', offline: true },
    ...{ issuedAt: instant(-minute), expiresAt: instant(hour), ...changes },
  };
  const { tenant, service, environment, kind, id, digests } = override;
  return signStatement(
    {
      _type: statementType,
      subject: [
        { name: 'override', digest: { sha256: subject ?? digestOf({ tenant, service, environment, kind, id }) } },
        ...digests.map((digest) => ({ digest: { sha256: digest.slice(7) } })),
      ],
      predicateType: predicateTypes.override,
      predicate: override,
    },
    localSigner(privateKeyPem),
  );
}

describe('while MC is away', () => {
  it('a signed override made for that lets exactly its digests go on, and says so', async () => {
    const bundle = await signed();
    expect(await mc.poll({ overrides: async () => ['no bundle', bundle] })).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      source: 'override',
      override: 'o-1',
      decision: null,
      reasons: [],
      warnings: [{ code: 'MC_UNREACHABLE' }],
    });
  });

  const refused: readonly [string, () => Promise<unknown>][] = [
    ['that is not made for it', () => signed({ offline: false })],
    ['of another tenant', () => signed({ tenant: 'globex' })],
    ['of another service', () => signed({ service: 'cart' })],
    ['of another environment', () => signed({ environment: 'staging' })],
    ['of another stage', () => signed({ stages: ['50'] })],
    ['of other digests', () => signed({ digests: [digestB] })],
    ['that has ended', () => signed({ issuedAt: instant(-hour), expiresAt: instant(0) })],
    ['dated more than a minute ahead', () => signed({ issuedAt: instant(minute + 1) })],
    ['issued four hours ago, whatever end it states', () => signed({ issuedAt: instant(-4 * hour), expiresAt: instant(hour) })],
    ['by an unlisted key', () => signed({}, generateSigningKey('ed25519').privateKeyPem)],
    ['by the key of decisions', () => signed({}, mc.world.keys.decision.privateKeyPem)],
    ['whose subject is another', () => signed({}, officer.privateKeyPem, 'f'.repeat(64))],
    [
      'with a flipped byte',
      async () => ({ ...(await signed()), dsseEnvelope: { payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [] } }),
    ],
  ];
  it.each(refused)('an override %s changes nothing', async (_title, make) => {
    const bundle = await make();
    expect(await mc.poll({ overrides: async () => [bundle] })).toMatchObject({ verdict: 'hold', source: 'client', override: null });
  });

  it('a question without digests is covered by none', async () => {
    const { digests: _digests, ...question } = ask20;
    const bundle = await signed();
    expect((await mc.poll({ question, overrides: async () => [bundle] })).verdict).toBe('hold');
  });

  it('overrides that cannot be read change nothing', async () => {
    expect((await mc.poll({ overrides: () => Promise.reject(new Error('no such file')) })).verdict).toBe('hold');
  });

  it.each([
    ['revoked', () => keys('override', { revokedAt: instant(-minute) })],
    ['over', () => keys('override', { notAfter: instant(hour) })],
    ['one for evidence', () => keys('evidence')],
  ])('a key that is %s signs none', async (title, published) => {
    mc.onQuestion = async () => json(await ask(mc.world));
    mc.onKeys = published;
    mc.world.clock.advance(6 * minute);
    await mc.poll();
    mc.onQuestion = away;
    if (title === 'over') mc.world.clock.advance(hour);
    const bundle = await signed();
    expect((await mc.poll({ overrides: async () => [bundle] })).verdict).toBe('hold');
  });
});

it('while MC answers, an offline override says nothing', async () => {
  mc.onQuestion = async () => json(await ask(mc.world));
  const bundle = await signed();
  expect(await mc.poll({ overrides: async () => [bundle] })).toMatchObject({ verdict: 'hold', source: 'mc' });
  mc.onQuestion = async () => json({}, 401);
  expect((await mc.poll({ overrides: async () => [bundle] })).verdict).toBe('hold');
});
