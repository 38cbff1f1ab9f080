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
  /** The signer of the moment, where keys change under a running program: asked once per statement, so that key id and signature agree. @default itself */
  current?(): Signer;
}

/** A signer whose key is chosen anew for each statement, such as the newest one in force. */
export function rotatingSigner(choose: () => Signer): Signer {
  return {
    get keyId() {
      return choose().keyId;
    },
    get algorithm() {
      return choose().algorithm;
    },
    sign: (bytes, options) => choose().sign(bytes, options),
    current: choose,
  };
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
