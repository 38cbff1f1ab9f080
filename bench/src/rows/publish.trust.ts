// Whose evidence the servers of the publish row believe.
import { type KeySet, parseKeySet, type SigningKeyPair, type TrustPolicy } from '@promotable/attest';
import { tenant } from './publish.contract.ts';

const dayMs = 86_400_000;

export function policyOf({ keyId }: SigningKeyPair): TrustPolicy {
  return { signers: [{ keyId, tenant, services: '*', checkpoints: ['build', 'stage'] }] };
}

export function keySetOf({ keyId, algorithm, publicKeyPem }: SigningKeyPair): KeySet {
  const [from, until] = [Date.now() - dayMs, Date.now() + dayMs].map((at) => new Date(at).toISOString()) as [string, string];
  return parseKeySet({
    version: 1,
    issuedAt: from,
    expiresAt: until,
    keys: [{ keyId, algorithm, publicKeyPem, use: 'evidence', notBefore: from, notAfter: until, revokedAt: null }],
  });
}
