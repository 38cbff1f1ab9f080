// Reads from a key which algorithm it signs with; a key of any other kind is refused.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { ServerKitError } from '../server-kit-error.ts';

/** The key that signs new tokens. */
export interface TokenSigningKey {
  /** Key id, written into each token. */
  readonly kid: string;
  /** P-256 or Ed25519 private key. */
  readonly privateKey: KeyObject;
}

/** A key whose tokens are believed. */
export interface TokenVerificationKey {
  readonly kid: string;
  /** P-256 or Ed25519 public key. */
  readonly publicKey: KeyObject;
  /** Believes only what was issued before, milliseconds since the Unix epoch: a key that has retired. @default no end */
  readonly issuedBefore?: number;
}

/** A key with the one algorithm that it signs by. */
interface AcceptedKey {
  readonly alg: TokenKeyAlgorithm;
  readonly publicKey: KeyObject;
  readonly issuedBefore: number;
}

type TokenKeyAlgorithm = 'ES256' | 'EdDSA';

/** All keys that verify, by key id. @throws ServerKitError `INVALID_OPTIONS` */
export function verificationKeys(keys: {
  readonly signingKey?: TokenSigningKey | undefined;
  readonly publicKeys?: readonly TokenVerificationKey[] | undefined;
}): ReadonlyMap<string, AcceptedKey> {
  const own = keys.signingKey === undefined ? [] : [{ kid: keys.signingKey.kid, publicKey: createPublicKey(keys.signingKey.privateKey) }];
  const all: readonly TokenVerificationKey[] = [...own, ...(keys.publicKeys ?? [])];
  return new Map(
    all.map(({ kid, publicKey, issuedBefore = Number.POSITIVE_INFINITY }) => [
      kid,
      { alg: algorithmOf(publicKey), publicKey, issuedBefore },
    ]),
  );
}

/** The signing key with its algorithm. @throws ServerKitError `INVALID_OPTIONS` */
export function signingKeyOf({ kid, privateKey }: TokenSigningKey): TokenSigningKey & { readonly alg: TokenKeyAlgorithm } {
  return { kid, privateKey, alg: algorithmOf(privateKey) };
}

function algorithmOf(key: KeyObject): TokenKeyAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new ServerKitError('INVALID_OPTIONS', 'A token key must be P-256 or Ed25519.');
}
