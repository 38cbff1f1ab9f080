import type { KeySet, KeyUse } from './key-set.ts';
import { publicKeyFromPem } from './key.ts';

/** RFC 7517 key; `kid` is the key id. */
export interface JsonWebKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'ES256' | 'EdDSA';
}

/**
 * RFC 7517 form of the keys of one use, revoked ones left out. Token keys by default: a JWT library believes every key it is given,
 * so a set that also listed evidence keys would let a CI key mint tokens.
 */
export function toJwks(keySet: KeySet, use: KeyUse = 'token'): { readonly keys: readonly JsonWebKey[] } {
  const entries = keySet.keys.filter((entry) => entry.use === use && entry.revokedAt === null);
  return {
    keys: entries.map(({ keyId, algorithm, publicKeyPem }) => {
      const { kty = '', crv = '', x = '', y } = publicKeyFromPem(publicKeyPem).keyObject.export({ format: 'jwk' });
      return { kty, crv, x, ...(y === undefined ? {} : { y }), kid: keyId, use: 'sig', alg: algorithm === 'ed25519' ? 'EdDSA' : 'ES256' };
    }),
  };
}
