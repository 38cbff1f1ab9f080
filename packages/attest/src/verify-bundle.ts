import type { Bundle, Statement } from '@promotable/contracts';
import { AttestError } from './attest-error.ts';
import { parseBundle, payloadOf, signatureOf } from './bundle.ts';
import { sha256Hex } from './digest.ts';
import type { VerificationKey } from './key.ts';
import { preAuthEncoding } from './pre-auth-encoding.ts';
import { verifyBytes } from './signature.ts';
import { statementOf } from './statement.ts';

/** Finds the key with an id among those the caller accepts for this use; null when there is none. */
export type KeyResolver = (keyId: string) => VerificationKey | null;

/** What a bundle holds, once its signature does. */
export interface VerifiedBundle {
  /** The signed bytes of the Statement; the only bytes that were parsed. */
  readonly payload: Uint8Array;
  readonly statement: Statement;
  /** SHA-256 of `payload` in hex. */
  readonly statementDigest: string;
  readonly keyId: string;
  /** Pre-authentication encoding: what the signature is over. */
  readonly signedBytes: Uint8Array;
  /** The bundle as read, base64 in the standard alphabet. */
  readonly bundle: Bundle;
}

/**
 * Verifies a bundle (text, bytes or parsed) with a key of the resolver and reads its Statement, in this order.
 * Says who signed; whether they may is {@link judgeTrust}'s to say.
 * @throws {AttestError} `BUNDLE_INVALID`, `BUNDLE_TOO_LARGE`, `KEY_UNKNOWN`, `SIGNATURE_ENCODING_INVALID`, `SIGNATURE_INVALID`,
 * `JSON_INVALID`, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`
 */
export function verifyBundle(input: unknown, resolveKey: KeyResolver): VerifiedBundle {
  const bundle = parseBundle(input);
  const keyId = bundle.verificationMaterial.publicKey.hint;
  const key = resolveKey(keyId);
  if (key === null || key.keyId !== keyId) throw new AttestError('KEY_UNKNOWN', `no accepted key has the id ${keyId}`, { status: 403 });
  const payload = payloadOf(bundle);
  const signedBytes = preAuthEncoding(bundle.dsseEnvelope.payloadType, payload);
  if (!verifyBytes(signedBytes, signatureOf(bundle), key))
    throw new AttestError('SIGNATURE_INVALID', `the signature is not by ${keyId} over this payload`, { status: 403 });
  return { payload, statement: statementOf(payload), statementDigest: sha256Hex(payload), keyId, signedBytes, bundle };
}
