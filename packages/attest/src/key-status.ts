// What a key set says of one key at one time, for one use.
import type { KeySet, KeySetEntry, KeyUse } from './key-set.ts';
import { publicKeyFromPem, type VerificationKey } from './key.ts';
import type { KeyResolver } from './verify-bundle.ts';

/** How long after `notAfter` something observed before it may still arrive, in milliseconds: the spool's 7 days and one more. */
export const retiredGraceMs = 8 * 24 * 60 * 60 * 1000;

/** How a key of a key set stands for one use at one time. */
export type KeyStatus =
  | { readonly status: 'trusted'; readonly key: VerificationKey }
  /** Not listed, or listed for another use. */
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly revokedAt: string }
  | { readonly status: 'not-yet-valid'; readonly notBefore: string }
  /** Past `notAfter`; {@link judgeTrust} decides whether what it signed still counts. */
  | { readonly status: 'retired'; readonly key: VerificationKey; readonly notAfter: string };

/** For which use, and for what time, a key is looked up. */
export interface KeyQuestion {
  readonly use: KeyUse;
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly at: number;
}

/** The standing of a key id for one use at one time; `notBefore` is inclusive, `notAfter` exclusive. */
export function resolveKey(keySet: KeySet, keyId: string, { use, at }: KeyQuestion): KeyStatus {
  const entry = find(keySet, keyId, use);
  if (entry === undefined) return { status: 'unknown' };
  if (entry.revokedAt !== null) return { status: 'revoked', revokedAt: entry.revokedAt };
  // Written so that a time that is not a number is never within.
  if (!(at >= Date.parse(entry.notBefore))) return { status: 'not-yet-valid', notBefore: entry.notBefore };
  const key = publicKeyFromPem(entry.publicKeyPem);
  return at < Date.parse(entry.notAfter) ? { status: 'trusted', key } : { status: 'retired', key, notAfter: entry.notAfter };
}

/** Resolves only keys trusted for `use` at `at`: verification and trust in one step. */
export function trustedKeys(keySet: KeySet, question: KeyQuestion): KeyResolver {
  return (keyId) => {
    const standing = resolveKey(keySet, keyId, question);
    return standing.status === 'trusted' ? standing.key : null;
  };
}

/** Resolves every key listed for `use`, even retired or revoked: proves who signed. The caller must ask {@link judgeTrust} next. */
export function listedKeys(keySet: KeySet, use: KeyUse): KeyResolver {
  const keys = new Map<string, VerificationKey>();
  for (const entry of keySet.keys) if (entry.use === use) keys.set(entry.keyId, publicKeyFromPem(entry.publicKeyPem));
  return (keyId) => keys.get(keyId) ?? null;
}

function find(keySet: KeySet, keyId: string, use: KeyUse): KeySetEntry | undefined {
  return keySet.keys.find((entry) => entry.keyId === keyId && entry.use === use);
}
