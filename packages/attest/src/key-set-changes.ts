// What an operator does to a key set: publish the next key, revoke one, extend it. Each gives the next version, still to be signed by the root.
import { AttestError } from './attest-error.ts';
import type { VerificationKey } from './key.ts';
import { type KeySet, type KeySetEntry, type KeyUse, parseKeySet } from './key-set.ts';
import { resolveKey } from './key-status.ts';

const dayMs = 86_400_000;
/** A key that counts at once has counted for this long, milliseconds, so that a clock that is behind believes it too. */
const clockToleranceMs = 60_000;

/** When, and for how long; milliseconds. */
export interface KeySetRenewalOptions {
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly now: number;
  /** Life of the key set. @default 7 days */
  readonly keySetLifeMs?: number;
}

/** A key that is to come. */
export interface NextKeyOptions extends KeySetRenewalOptions {
  readonly use: KeyUse;
  /** The key that it takes over from, which retires an overlap later; null for a further one, such as another publisher's, which needs no lead. */
  readonly replaces: string | null;
  /** How long it is published before it comes into force. @default 7 days, 0 where it replaces none */
  readonly leadMs?: number;
  /** How long the old key stays in force beside it. @default 7 days */
  readonly overlapMs?: number;
  /** Its life from when it comes into force. @default 365 days */
  readonly keyLifeMs?: number;
}

/**
 * The key set with one key more, published ahead of the time at which it comes into force.
 * @throws {AttestError} `KEY_CHANGE_REFUSED` for a key that is listed already, or that replaces one that is not in force for this use
 */
export function withNextKey(
  keySet: KeySet,
  key: Pick<VerificationKey, 'keyId' | 'algorithm' | 'publicKeyPem'>,
  options: NextKeyOptions,
): KeySet {
  const { now, use, replaces, leadMs = replaces === null ? 0 : 7 * dayMs, overlapMs = 7 * dayMs, keyLifeMs = 365 * dayMs } = options;
  const { keyId, algorithm, publicKeyPem } = key;
  if (keySet.keys.some((entry) => entry.keyId === keyId)) throw refused(`${keyId} is listed already`);
  if (replaces !== null && resolveKey(keySet, replaces, { use, at: now }).status !== 'trusted')
    throw refused(`${replaces} is no key in force for the use ${use}`);
  const from = leadMs > 0 ? now + leadMs : now - clockToleranceMs;
  const end = Math.max(now, from) + overlapMs;
  const next: KeySetEntry = { keyId, algorithm, publicKeyPem, use, notBefore: iso(from), notAfter: iso(from + keyLifeMs), revokedAt: null };
  const keys = keySet.keys.map((entry) =>
    entry.keyId === replaces && Date.parse(entry.notAfter) > end ? { ...entry, notAfter: iso(end) } : entry,
  );
  return renewedKeySet({ ...keySet, keys: [...keys, next] }, options);
}

/** Which key is revoked. */
export interface RevocationOptions extends KeySetRenewalOptions {
  readonly keyId: string;
}

/**
 * The key set with one key revoked, for whatever it ever signed. A key of its use that is published and not yet in force takes over at once,
 * where no other is in force.
 * @throws {AttestError} `KEY_CHANGE_REFUSED` for a key that is not listed or revoked already
 */
export function withRevokedKey(keySet: KeySet, { keyId, ...options }: RevocationOptions): KeySet {
  const { now } = options;
  const revoked = keySet.keys.find((entry) => entry.keyId === keyId);
  if (revoked === undefined) throw refused(`${keyId} is not listed`);
  if (revoked.revokedAt !== null) throw refused(`${keyId} was revoked at ${revoked.revokedAt}`);
  const keys = keySet.keys.map((entry) => (entry === revoked ? { ...entry, revokedAt: iso(now) } : entry));
  const ofUse = keys.filter((entry) => entry.use === revoked.use && entry.revokedAt === null && Date.parse(entry.notAfter) > now);
  const [next] = ofUse
    .filter((entry) => Date.parse(entry.notBefore) > now)
    .sort((a, b) => Date.parse(a.notBefore) - Date.parse(b.notBefore));
  const hasAnother = ofUse.some((entry) => Date.parse(entry.notBefore) <= now);
  return renewedKeySet(
    {
      ...keySet,
      keys: hasAnother ? keys : keys.map((entry) => (entry === next ? { ...entry, notBefore: iso(now - clockToleranceMs) } : entry)),
    },
    options,
  );
}

/** The next version of a key set, in force from now. @throws {AttestError} `KEY_SET_INVALID` */
export function renewedKeySet(keySet: KeySet, { now, keySetLifeMs = 7 * dayMs }: KeySetRenewalOptions): KeySet {
  return parseKeySet({ ...keySet, version: keySet.version + 1, issuedAt: iso(now), expiresAt: iso(now + keySetLifeMs) });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function refused(why: string): AttestError {
  return new AttestError('KEY_CHANGE_REFUSED', `the key set is left as it is: ${why}`, { status: 409 });
}
