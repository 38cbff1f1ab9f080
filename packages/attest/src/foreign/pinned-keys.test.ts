import { expect, it } from 'vitest';
import { generateSigningKey } from '../key.ts';
import type { KeySetEntry, KeyUse } from '../key-set.ts';
import type { TrustPolicy } from '../trust-policy.ts';
import { pinnedKeys } from './pinned-keys.ts';

const at = Date.parse('2026-11-21T12:00:00Z');

function entry(fields: Partial<KeySetEntry> & { use?: KeyUse } = {}): KeySetEntry {
  const { keyId, algorithm, publicKeyPem } = generateSigningKey('ecdsa-p256');
  const times = { notBefore: '2026-11-01T00:00:00Z', notAfter: '2026-12-01T00:00:00Z', revokedAt: null };
  return { keyId, algorithm, publicKeyPem, use: 'evidence', ...times, ...fields };
}

function signer({ keyId }: KeySetEntry, tenant = 'acme'): TrustPolicy['signers'][number] {
  return { keyId, tenant, services: '*', checkpoints: ['build'] };
}

it('pins the keys that the policy names and the key set trusts now, each once', () => {
  const [trusted, unnamed] = [entry(), entry()];
  const others = [
    entry({ revokedAt: '2026-11-20T00:00:00Z' }),
    entry({ notAfter: '2026-11-21T00:00:00Z' }),
    entry({ notBefore: '2026-11-22T00:00:00Z' }),
    entry({ use: 'decision' }),
  ];
  const keySet = { version: 1, issuedAt: '2026-11-01T00:00:00Z', expiresAt: '2026-12-01T00:00:00Z', keys: [trusted, unnamed, ...others] };
  const policy = { signers: [signer(trusted), signer(trusted, 'globex'), signer(entry()), ...others.map((key) => signer(key))] };
  expect(pinnedKeys(policy, keySet, at).map(({ keyId }) => keyId)).toEqual([trusted.keyId]);
  expect(pinnedKeys(policy, keySet, Number.NaN)).toEqual([]);
});
