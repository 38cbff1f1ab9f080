// The adapter for keys that never leave their store: a KMS, an HSM, a signing service. It asks; this adds deadline, retries and a check.
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AttestError } from './attest-error.ts';
import { publicKeyFromPem } from './key.ts';
import { derOfP1363, verifyBytes } from './signature.ts';
import type { Signer } from './signer.ts';

/** What a key store is asked to sign; it takes whichever of the two its API wants. */
export interface RemoteSignRequest {
  /** The bytes themselves; Ed25519 signs these. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes; ECDSA signs this, and most key stores take nothing else. */
  readonly digest: Uint8Array;
}

/** A key store of any kind. */
export interface RemoteSignerOptions {
  /** SPKI PEM of the key in the store: it gives key id and algorithm, and every signature is verified by it before it is used. */
  readonly publicKeyPem: string;
  /** Asks the store for one signature; what it rejects with is tried again unless it has `retryable: false`. */
  sign(request: RemoteSignRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** How the store writes ECDSA signatures: ASN.1 DER (AWS, Google), or `r‖s` (Azure, JWS). @default 'der' */
  readonly encoding?: 'der' | 'p1363';
  /** Longest single attempt, milliseconds. @default 3000 */
  readonly attemptMs?: number;
  /** Longest time with all attempts, milliseconds. @default 10_000 */
  readonly totalMs?: number;
  /** Attempts in all. @default 4 */
  readonly attempts?: number;
  /** Longest rest before the second attempt, milliseconds; doubled for each further one, and jittered between 0 and that. @default 200 */
  readonly backoffMs?: number;
  /** Uniform in [0, 1); drives the jitter. @default Math.random */
  readonly random?: () => number;
}

/**
 * A {@link Signer} over a remote key store. Its `sign` rejects with {@link AttestError} `SIGNER_UNAVAILABLE` (retryable) when the store gave no
 * signature in time, `SIGNATURE_INVALID` or `SIGNATURE_ENCODING_INVALID` when it gave one that is not by this key.
 * @throws {AttestError} `KEY_INVALID`
 */
export function remoteSigner(options: RemoteSignerOptions): Signer {
  const {
    publicKeyPem,
    encoding = 'der',
    attemptMs = 3000,
    totalMs = 10_000,
    attempts = 4,
    backoffMs = 200,
    random = Math.random,
  } = options;
  const key = publicKeyFromPem(publicKeyPem);

  async function once(request: RemoteSignRequest, signal: AbortSignal): Promise<Uint8Array> {
    const given = await raced(options.sign(request, signal), signal);
    return encoding === 'p1363' && key.algorithm === 'ecdsa-p256' ? derOfP1363(given) : given;
  }

  return {
    keyId: key.keyId,
    algorithm: key.algorithm,
    async sign(bytes, { signal: caller } = {}) {
      const request = { bytes, digest: hash('sha256', bytes, 'buffer') };
      const total = AbortSignal.any([AbortSignal.timeout(totalMs), ...(caller === undefined ? [] : [caller])]);
      for (let attempt = 1; ; attempt++) {
        caller?.throwIfAborted();
        try {
          const signature = await once(request, AbortSignal.any([total, AbortSignal.timeout(attemptMs)]));
          if (verifyBytes(bytes, signature, key)) return signature;
          throw new AttestError('SIGNATURE_INVALID', `the key store signed by another key than ${key.keyId}`, { status: 502 });
        } catch (cause) {
          caller?.throwIfAborted();
          if (cause instanceof AttestError || isFinal(cause)) throw cause;
          if (attempt >= attempts || total.aborted) throw unavailable(attempt, cause);
          await delay(random() * backoffMs * 2 ** (attempt - 1), undefined, { signal: total }).catch(() => {
            caller?.throwIfAborted();
            throw unavailable(attempt, cause);
          });
        }
      }
    },
  };
}

/** A store that does not heed the signal is waited for no longer than one that does. */
function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function isFinal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false;
}

function unavailable(attempts: number, cause: unknown): AttestError {
  return new AttestError('SIGNER_UNAVAILABLE', `the key store gave no signature in ${attempts} attempts`, {
    cause,
    status: 503,
    retryable: true,
  });
}
