// What another tool signed with a key that the caller has pinned. The keyid of a bundle is a hint (DSSE 1.0.2): it can refuse, never admit.
import { AttestError } from '../attest-error.ts';
import { sha256Hex } from '../digest.ts';
import type { VerificationKey } from '../key.ts';
import { preAuthEncoding } from '../pre-auth-encoding.ts';
import { hasSignatureEncoding, verifyBytes } from '../signature.ts';
import { type ForeignStatement, foreignStatementOf } from './foreign-statement.ts';
import { invalidBundle, parseForeignBundle, type Unchecked, uncheckedOf } from './foreign-bundle.ts';
import { hintsOf } from './key-hints.ts';

/** What a foreign signature of a Statement is held against. */
export interface VerifyForeignStatementOptions {
  /** The keys whose word counts, {@link pinnedKeys} of a trust policy say; each is tried unless the bundle names one. */
  readonly keys: readonly VerificationKey[];
  /** Bytes that the Statement must be about: SHA-256 of them is a subject's digest. @default any subject */
  readonly blob?: Uint8Array;
}

/** What a foreign signature of a blob is held against. */
export interface VerifyForeignBlobOptions {
  /** The keys whose word counts; each is tried unless the bundle names one. */
  readonly keys: readonly VerificationKey[];
  /** The bytes that were signed. */
  readonly blob: Uint8Array;
}

interface VerifiedForeign {
  /** Our id of the key that made the signature, whatever the bundle calls it. */
  readonly keyId: string;
  /** What the bundle carries besides and nobody has looked into. */
  readonly unchecked: readonly Unchecked[];
}

/** A Statement of another signer whose signature holds. */
export interface VerifiedForeignStatement extends VerifiedForeign {
  /** The signed bytes of the Statement; the only bytes that were parsed. */
  readonly payload: Uint8Array;
  readonly statement: ForeignStatement;
  /** SHA-256 of `payload` in hex. */
  readonly statementDigest: string;
}

/** A blob whose foreign signature holds. */
export interface VerifiedForeignBlob extends VerifiedForeign {
  /** SHA-256 of the blob in hex. */
  readonly blobDigest: string;
}

/**
 * Verifies a bundle around an in-toto Statement (`cosign attest-blob`) and reads the Statement, v1 or v0.1.
 * @throws {AttestError} `BUNDLE_INVALID`, `BUNDLE_TOO_LARGE`, `JSON_INVALID`, `KEY_UNKNOWN`, `SIGNATURE_ENCODING_INVALID`,
 * `SIGNATURE_INVALID`, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`, `BLOB_MISMATCH`
 */
export function verifyForeignStatement(
  bundle: string | Uint8Array,
  { keys, blob }: VerifyForeignStatementOptions,
): VerifiedForeignStatement {
  const parsed = parseForeignBundle(bundle);
  const [signature] = parsed.dsseEnvelope?.signatures ?? [];
  if (parsed.dsseEnvelope === undefined || signature === undefined) throw lacks('dsseEnvelope');
  const { payload, payloadType } = parsed.dsseEnvelope;
  const names = [signature.keyid, parsed.verificationMaterial.publicKey.hint];
  const { keyId } = signerOf(preAuthEncoding(payloadType, payload), signature.sig, keys, names);
  const statement = foreignStatementOf(payload);
  if (blob !== undefined && !statement.subject.some(({ digest }) => digest.sha256 === sha256Hex(blob)))
    throw new AttestError('BLOB_MISMATCH', 'the statement is not about these bytes', { status: 403 });
  return { keyId, unchecked: uncheckedOf(parsed), payload, statement, statementDigest: sha256Hex(payload) };
}

/**
 * Verifies a bundle with a signature over a blob itself (`cosign sign-blob`).
 * @throws {AttestError} `BUNDLE_INVALID`, `BUNDLE_TOO_LARGE`, `JSON_INVALID`, `BLOB_MISMATCH`, `KEY_UNKNOWN`, `SIGNATURE_ENCODING_INVALID`,
 * `SIGNATURE_INVALID`
 */
export function verifyForeignBlob(bundle: string | Uint8Array, { keys, blob }: VerifyForeignBlobOptions): VerifiedForeignBlob {
  const parsed = parseForeignBundle(bundle);
  if (parsed.messageSignature === undefined) throw lacks('messageSignature');
  const { messageDigest, signature } = parsed.messageSignature;
  const blobDigest = sha256Hex(blob);
  const stated = messageDigest !== undefined && 'digest' in messageDigest ? Buffer.from(messageDigest.digest).toString('hex') : null;
  if (stated !== null && stated !== blobDigest)
    throw new AttestError('BLOB_MISMATCH', 'the bundle was made for other bytes', { status: 403 });
  const { keyId } = signerOf(blob, signature, keys, [parsed.verificationMaterial.publicKey.hint]);
  return { keyId, unchecked: uncheckedOf(parsed), blobDigest };
}

/** A bundle that names pinned keys is verified by each of these; one that names none, by whichever made it. */
function signerOf(
  bytes: Uint8Array,
  signature: Uint8Array,
  keys: readonly VerificationKey[],
  names: readonly (string | undefined)[],
): VerificationKey {
  const named = keys.filter((key) => hintsOf(key).some((hint) => names.includes(hint)));
  const [first] = named;
  if (first !== undefined) {
    if (named.every((key) => verifyBytes(bytes, signature, key))) return first;
    throw new AttestError('SIGNATURE_INVALID', `the signature is not by ${first.keyId} over these bytes`, { status: 403 });
  }
  const able = keys.filter(({ algorithm }) => hasSignatureEncoding(signature, algorithm));
  if (able.length === 0 && keys.length > 0)
    throw new AttestError('SIGNATURE_ENCODING_INVALID', 'a signature must be strict DER (P-256) or 64 bytes (Ed25519)', { status: 400 });
  const signer = able.find((key) => verifyBytes(bytes, signature, key));
  if (signer === undefined) throw new AttestError('KEY_UNKNOWN', 'no pinned key made this signature over these bytes', { status: 403 });
  return signer;
}

function lacks(content: 'dsseEnvelope' | 'messageSignature'): AttestError {
  return invalidBundle([{ path: `/${content}`, code: 'missing', message: 'is missing: the bundle holds another kind of signature' }]);
}
