// Which of the private keys of a use signs now: the newest one that everybody who checks it has come to know.
import { type KeySet, type KeyUse, resolveKey, type Signer } from '@promotable/attest';

/**
 * A key that takes over from another signs this long after it came into force, milliseconds: a clock that is up to 60 s behind then takes it
 * for one in force too.
 */
const settledMs = 120_000;

/** The signer to use at `now`; null where the key set trusts none of them. */
export function chooseSigner(signers: readonly Signer[], keySet: KeySet, use: KeyUse, now: number): Signer | null {
  const inForce = signers
    .filter(({ keyId }) => resolveKey(keySet, keyId, { use, at: now }).status === 'trusted')
    .map((signer) => ({ signer, from: Date.parse(keySet.keys.find(({ keyId }) => keyId === signer.keyId)?.notBefore ?? '') }))
    .sort((a, b) => b.from - a.from);
  return (inForce.find(({ from }) => from + settledMs <= now) ?? inForce.at(-1))?.signer ?? null;
}
