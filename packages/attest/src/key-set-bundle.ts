// A key set signed by a root, and the checks a client makes before it believes one.
import { type Bundle, predicateTypes, statementType } from '@promotable/contracts';
import { AttestError } from './attest-error.ts';
import { digestOf } from './digest.ts';
import { publicKeyFromPem } from './key.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import { signStatement } from './sign-statement.ts';
import type { Signer, SignOptions } from './signer.ts';
import { type VerifiedBundle, verifyBundle } from './verify-bundle.ts';

const clockToleranceMs = 60_000;

/** What a key set must meet to be believed. */
export interface VerifyKeySetOptions {
  /** Pinned roots as SPKI PEM; more than one while a root is being replaced. */
  readonly rootPublicKeys: readonly string[];
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly now: number;
  /** Greatest version seen so far; an older one is refused. @default 0 */
  readonly minimumVersion?: number;
}

/** Signs a key set with the root. @throws {AttestError} `KEY_SET_INVALID` */
export async function signKeySet(keySet: KeySet, root: Signer, options: SignOptions = {}): Promise<Bundle> {
  const predicate = parseKeySet(keySet);
  const subject = [{ name: 'keyset', digest: { sha256: digestOf(predicate) } }];
  return signStatement({ _type: statementType, subject, predicateType: predicateTypes.keySet, predicate }, root, options);
}

/**
 * The key set of a bundle signed by a pinned root, in force at `now` and not older than one already seen.
 * @throws {AttestError} `KEY_SET_UNTRUSTED`, `KEY_SET_EXPIRED`, `KEY_SET_NOT_YET_VALID`, `KEY_SET_ROLLED_BACK`, `KEY_SET_INVALID`, and those of {@link verifyBundle}
 */
export function verifyKeySet(bundle: unknown, { rootPublicKeys, now, minimumVersion = 0 }: VerifyKeySetOptions): KeySet {
  if (!Number.isFinite(now)) throw new AttestError('KEY_SET_NOT_YET_VALID', 'the clock shows no time', { status: 503 });
  const { statement } = verifyByRoot(bundle, rootPublicKeys);
  if (statement.predicateType !== predicateTypes.keySet)
    throw new AttestError('KEY_SET_INVALID', `a key set has the predicate type ${predicateTypes.keySet}`, { status: 400 });
  const keySet = parseKeySet(statement.predicate);
  if (statement.subject.length !== 1 || statement.subject[0]?.digest.sha256 !== digestOf(keySet)) {
    throw new AttestError('KEY_SET_INVALID', 'the subject is not the digest of the key set', { status: 400 });
  }
  const aheadMs = Date.parse(keySet.issuedAt) - now;
  if (aheadMs > clockToleranceMs) {
    const ahead = `${(aheadMs / 1000).toFixed(1)} s ahead of the clock`;
    throw new AttestError('KEY_SET_NOT_YET_VALID', `the key set is dated ${ahead} (${keySet.issuedAt})`, { status: 503 });
  }
  if (Date.parse(keySet.expiresAt) <= now)
    throw new AttestError('KEY_SET_EXPIRED', `the key set expired at ${keySet.expiresAt}`, { status: 503 });
  if (keySet.version < minimumVersion)
    throw new AttestError('KEY_SET_ROLLED_BACK', `the key set has version ${keySet.version}, version ${minimumVersion} was seen before`, {
      status: 503,
    });
  return keySet;
}

function verifyByRoot(bundle: unknown, rootPublicKeys: readonly string[]): VerifiedBundle {
  const roots = new Map(rootPublicKeys.map(publicKeyFromPem).map((key) => [key.keyId, key]));
  try {
    return verifyBundle(bundle, (keyId) => roots.get(keyId) ?? null);
  } catch (cause) {
    if (!(cause instanceof AttestError) || cause.code !== 'KEY_UNKNOWN') throw cause;
    throw new AttestError('KEY_SET_UNTRUSTED', 'the key set is not signed by a pinned root', { cause, status: 503 });
  }
}
