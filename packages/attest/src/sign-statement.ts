import type { Bundle, Statement } from '@promotable/contracts';
import { bundleMediaType, maxPayloadBytes, statementPayloadType } from './bundle.ts';
import { AttestError } from './attest-error.ts';
import { canonicalBytes } from './canonical-json.ts';
import { preAuthEncoding } from './pre-auth-encoding.ts';
import { assertSignatureEncoding } from './signature.ts';
import type { Signer, SignOptions } from './signer.ts';
import { parseStatement } from './statement.ts';

/**
 * Signs the RFC 8785 bytes of a Statement into a Sigstore bundle v0.3.
 * @throws {AttestError} `STATEMENT_INVALID`, `CANONICAL_JSON_INVALID`, `BUNDLE_TOO_LARGE`, `SIGNATURE_ENCODING_INVALID` of a foreign signer
 */
export async function signStatement(statement: Statement, signer: Signer, options: SignOptions = {}): Promise<Bundle> {
  const now = signer.current?.() ?? signer;
  // Canonical form first: the schema would silently drop what JSON cannot say.
  const payload = canonicalBytes(statement);
  parseStatement(statement);
  if (payload.length > maxPayloadBytes)
    throw new AttestError('BUNDLE_TOO_LARGE', `a statement has at most ${maxPayloadBytes} bytes`, { status: 413 });
  const signature = await now.sign(preAuthEncoding(statementPayloadType, payload), options);
  assertSignatureEncoding(signature, now.algorithm);
  return {
    mediaType: bundleMediaType,
    verificationMaterial: { publicKey: { hint: now.keyId } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: statementPayloadType,
      signatures: [{ sig: Buffer.from(signature).toString('base64'), keyid: now.keyId }],
    },
  };
}
