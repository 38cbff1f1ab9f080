// Values that only this server can read and make, for a while: a JWE in a cookie, sealed by a key that all replicas share.
import type { Clock } from '@promotable/contracts';
import { EncryptJWT, jwtDecrypt, type JWTPayload } from 'jose';

export interface SealedCookies {
  /** `purpose` keeps one kind of value from being taken for another. */
  seal(purpose: string, value: JWTPayload, seconds: number): Promise<string>;
  /** Null for whatever was not sealed here for this purpose, was changed, or has ended. */
  open(purpose: string, sealed: string | undefined): Promise<JWTPayload | null>;
}

/** `key`: 32 random bytes. */
export function sealedCookies(key: Uint8Array, clock: Clock): SealedCookies {
  return {
    seal(purpose, value, seconds) {
      const now = Math.floor(clock.now() / 1000);
      return new EncryptJWT(value)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: purpose })
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .encrypt(key);
    },
    async open(purpose, sealed) {
      if (sealed === undefined || sealed === '') return null;
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          typ: purpose,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.now()),
        });
        return payload;
      } catch {
        return null;
      }
    },
  };
}
