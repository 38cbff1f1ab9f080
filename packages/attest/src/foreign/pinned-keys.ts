import type { KeySet } from '../key-set.ts';
import { resolveKey } from '../key-status.ts';
import type { VerificationKey } from '../key.ts';
import type { TrustPolicy } from '../trust-policy.ts';

/**
 * The evidence keys that a trust policy names and that the key set trusts at `at` (milliseconds since the Unix epoch).
 * What the one that signed may speak for is `judgeTrust`'s to say.
 */
export function pinnedKeys({ signers }: TrustPolicy, keySet: KeySet, at: number): readonly VerificationKey[] {
  return [...new Set(signers.map(({ keyId }) => keyId))].flatMap((keyId) => {
    const standing = resolveKey(keySet, keyId, { use: 'evidence', at });
    return standing.status === 'trusted' ? [standing.key] : [];
  });
}
