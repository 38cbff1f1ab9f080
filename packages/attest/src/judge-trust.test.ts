import { describe, expect, it } from 'vitest';
import { judgeTrust, type TrustQuestion } from './judge-trust.ts';
import type { KeySet } from './key-set.ts';
import { generateSigningKey } from './key.ts';
import { parseTrustPolicy, type TrustPolicy, trustPolicyDigest } from './trust-policy.ts';

const day = 24 * 60 * 60 * 1000;
const notBefore = Date.parse('2026-11-01T00:00:00Z');
const notAfter = Date.parse('2026-12-01T00:00:00Z');
const iso = (at: number) => new Date(at).toISOString();
const { keyId, algorithm, publicKeyPem } = generateSigningKey('ecdsa-p256');

const policy: TrustPolicy = {
  signers: [
    { keyId, tenant: 'acme', services: ['checkout'], checkpoints: ['build'] },
    { keyId, tenant: 'globex', services: '*', checkpoints: ['build', 'stage'] },
  ],
};
const keySet: KeySet = {
  version: 1,
  issuedAt: iso(notBefore),
  expiresAt: iso(notAfter),
  keys: [{ keyId, algorithm, publicKeyPem, use: 'evidence', notBefore: iso(notBefore), notAfter: iso(notAfter), revokedAt: null }],
};
const withKey = (change: Partial<KeySet['keys'][number]>): KeySet => ({
  ...keySet,
  keys: keySet.keys.map((key) => ({ ...key, ...change })),
});

const question: TrustQuestion = {
  policy,
  keySet,
  keyId,
  tenant: 'acme',
  service: 'checkout',
  checkpoint: 'build',
  observedUntil: iso(notBefore + day),
  receivedAt: notBefore + 2 * day,
};
const judge = (change: Partial<TrustQuestion>) => judgeTrust({ ...question, ...change });

describe('a signer is trusted', () => {
  it.each<[string, Partial<TrustQuestion>]>([
    ['for its tenant, service and checkpoint', {}],
    ['for every service and stage where the policy says so', { tenant: 'globex', service: 'anything', checkpoint: '20' }],
    ['for complete, which is a stage', { tenant: 'globex', checkpoint: 'complete' }],
    [
      'for 8 days after its key retired, about what was observed before',
      { receivedAt: notAfter + 8 * day, observedUntil: iso(notAfter - 1) },
    ],
  ])('%s', (_title, change) => expect(judge(change)).toEqual({ trusted: true, policyDigest: trustPolicyDigest(policy) }));
});

describe('a signer is not trusted', () => {
  it.each<[string, Partial<TrustQuestion>, string, string]>([
    ['for another tenant', { tenant: 'initech' }, 'SIGNATURE_UNTRUSTED', 'not-allowed'],
    ['for a service it is not listed for', { service: 'billing' }, 'SIGNATURE_UNTRUSTED', 'not-allowed'],
    ['for a stage when it may speak of builds only', { checkpoint: '20' }, 'SIGNATURE_UNTRUSTED', 'not-allowed'],
    [
      'by a policy that allows another key all of this',
      { policy: { signers: policy.signers.map((signer) => ({ ...signer, keyId: generateSigningKey('ed25519').keyId })) } },
      'SIGNATURE_UNTRUSTED',
      'not-allowed',
    ],
    ['by an empty policy', { policy: { signers: [] } }, 'SIGNATURE_UNTRUSTED', 'not-allowed'],
    ['when its key is not listed', { keyId: generateSigningKey('ed25519').keyId }, 'SIGNATURE_UNTRUSTED', 'unknown-key'],
    ['when its key is for something else', { keySet: withKey({ use: 'decision' }) }, 'SIGNATURE_UNTRUSTED', 'unknown-key'],
    ['before its key is valid', { receivedAt: notBefore - 1 }, 'SIGNATURE_UNTRUSTED', 'not-yet-valid'],
    ['when its key is revoked, even long after receipt', { keySet: withKey({ revokedAt: iso(notAfter) }) }, 'SIGNER_REVOKED', 'revoked'],
    [
      'when its key is retired and revoked',
      { keySet: withKey({ revokedAt: iso(notAfter) }), receivedAt: notAfter + day },
      'SIGNER_REVOKED',
      'revoked',
    ],
    [
      'about what was observed when its key had retired',
      { receivedAt: notAfter + day, observedUntil: iso(notAfter) },
      'SIGNATURE_UNTRUSTED',
      'retired',
    ],
    [
      'later than 8 days after its key retired',
      { receivedAt: notAfter + 8 * day + 1, observedUntil: iso(notAfter - 1) },
      'SIGNATURE_UNTRUSTED',
      'retired',
    ],
    [
      'with a retired key and a time that cannot be read',
      { receivedAt: notAfter + 1, observedUntil: 'yesterday' },
      'SIGNATURE_UNTRUSTED',
      'retired',
    ],
    ['when the clock shows no time', { receivedAt: Number.NaN }, 'SIGNATURE_UNTRUSTED', 'not-yet-valid'],
  ])('%s', (_title, change, reason, detail) =>
    expect(judge(change)).toMatchObject({ trusted: false, reason, detail, policyDigest: expect.stringMatching(/^[0-9a-f]{64}$/) }),
  );
});

describe('a trust policy', () => {
  it('has a digest that changes with any of its words', () => {
    const wider: TrustPolicy = { signers: policy.signers.map((signer) => ({ ...signer, services: '*' })) };
    expect(trustPolicyDigest(wider)).not.toBe(trustPolicyDigest(policy));
  });

  it('is judged by under its own digest alone: with it, its words are fixed', () => {
    const judged: TrustPolicy = { signers: policy.signers.map((signer) => ({ ...signer, checkpoints: [...signer.checkpoints] })) };
    const digest = trustPolicyDigest(judged);
    for (const change of [
      () => judged.signers.pop(),
      () => Object.assign(judged.signers[0] as object, { services: '*' }),
      () => judged.signers[0]?.checkpoints.push('stage'),
    ])
      expect(change).toThrow(TypeError);
    expect(trustPolicyDigest(structuredClone(judged))).toBe(digest);
  });

  it('is refused with every fault', () => {
    const wrong = { signers: [{ keyId: 'x', tenant: '', services: [], checkpoints: ['20'], note: 1 }] };
    expect(() => parseTrustPolicy(wrong)).toThrowError(
      expect.objectContaining({
        code: 'TRUST_POLICY_INVALID',
        faults: expect.arrayContaining(
          ['keyId', 'tenant', 'services', 'checkpoints/0', 'note'].map((name) => expect.objectContaining({ path: `/signers/0/${name}` })),
        ),
      }),
    );
  });
});
