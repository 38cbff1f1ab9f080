// Who signs: the port for key stores of any kind, and the adapter for a key in memory.
import { privateKeyFromPem, type KeyAlgorithm } from './key.ts';
import { signBytes } from './signature.ts';

/** How long a signature may take. */
export interface SignOptions {
  /** Gives up on a remote key store. @default none */
  readonly signal?: AbortSignal;
}

/** Makes signatures by one key, wherever it lives: DER for P-256, 64 bytes for Ed25519. */
export interface Signer {
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  sign(bytes: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
}

/** Signs with a PKCS8 PEM held in this process. @throws {AttestError} `KEY_INVALID` */
export function localSigner(privateKeyPem: string): Signer {
  const { privateKey, publicKey } = privateKeyFromPem(privateKeyPem);
  const { keyId, algorithm } = publicKey;
  return {
    keyId,
    algorithm,
    async sign(bytes, { signal } = {}) {
      signal?.throwIfAborted();
      return signBytes(bytes, algorithm, privateKey);
    },
  };
}
