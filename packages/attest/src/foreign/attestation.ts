import { sha256Hex } from '../digest.ts';
import { type ForeignStatement, foreignStatementOf } from './foreign-statement.ts';
import { invalidBundle, isCertified, parseCertifiedBundle, parseForeignBundle } from './foreign-bundle.ts';

/** What a bundle or an envelope of another tool holds; nothing of it is verified. */
export interface Attestation {
  /** Who is to verify it: `verifyForeignStatement`, or `verifyIdentity` of `@promotable/attest/identity`. */
  readonly signedBy: 'key' | 'certificate';
  /** SHA-256 of the payload bytes in hex. */
  readonly payloadDigest: string;
  /** What the payload claims to say. */
  readonly statement: ForeignStatement;
}

/**
 * Reads what another tool signed, a Sigstore bundle or a DSSE envelope, without believing any of it.
 * @throws {AttestError} `BUNDLE_INVALID`, `BUNDLE_TOO_LARGE`, `JSON_INVALID`, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`
 */
export function readAttestation(text: string | Uint8Array): Attestation {
  const certified = isCertified(text);
  const payload = certified ? parseCertifiedBundle(text).payload : parseForeignBundle(text).dsseEnvelope?.payload;
  if (payload === undefined)
    throw invalidBundle([{ path: '/dsseEnvelope', code: 'missing', message: 'is missing: no Statement was signed' }]);
  return { signedBy: certified ? 'certificate' : 'key', payloadDigest: sha256Hex(payload), statement: foreignStatementOf(payload) };
}
