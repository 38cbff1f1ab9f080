import { CodedError, type Fault } from '@promotable/contracts';

/** Why something was refused; the table of the README says what each code means. */
export type AttestErrorCode =
  /** A value has no RFC 8785 form. */
  | 'CANONICAL_JSON_INVALID'
  /** Text is not strict JSON: syntax, UTF-8, duplicate or forbidden keys, depth. */
  | 'JSON_INVALID'
  /** A key is not an SPKI or PKCS8 PEM of P-256 or Ed25519. */
  | 'KEY_INVALID'
  | 'BUNDLE_INVALID'
  | 'BUNDLE_TOO_LARGE'
  /** A signature is not strict DER (P-256) or 64 bytes (Ed25519). */
  | 'SIGNATURE_ENCODING_INVALID'
  | 'SIGNATURE_INVALID'
  /** No acceptable key has the bundle's key id. */
  | 'KEY_UNKNOWN'
  | 'STATEMENT_INVALID'
  /** Signed by a pinned key, but about other bytes than those at hand. */
  | 'BLOB_MISMATCH'
  | 'PAYLOAD_NOT_CANONICAL'
  | 'KEY_SET_INVALID'
  | 'KEY_SET_EXPIRED'
  /** Issued more than 60 s ahead of the clock. */
  | 'KEY_SET_NOT_YET_VALID'
  /** Older than a version already seen. */
  | 'KEY_SET_ROLLED_BACK'
  /** Not signed by a pinned root. */
  | 'KEY_SET_UNTRUSTED'
  | 'TRUST_POLICY_INVALID'
  /** A certificate is not of a pinned authority, or nobody vouches for the time of its signature. */
  | 'IDENTITY_UNVERIFIED'
  /** A remote key store did not sign in time. */
  | 'SIGNER_UNAVAILABLE'
  /** A change of keys that would leave some use without a key, or name one that is not there. */
  | 'KEY_CHANGE_REFUSED';

/** Everything this package throws on purpose; `faults` names each thing wrong with its path. */
export class AttestError extends CodedError<AttestErrorCode> {}

/** What a caller is told of an input with faults: the message names the first, `faults` all of them. */
export function invalidInput(code: AttestErrorCode, title: string, faults: readonly Fault[], cause?: unknown): AttestError {
  const [first] = faults;
  return new AttestError(code, [title, first?.path, first?.message].join(' '), { faults, cause, status: 400 });
}
