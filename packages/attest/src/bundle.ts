// The shape of a Sigstore bundle v0.3 around a DSSE envelope: read strictly, every fault with its path. Verifies nothing.
import { type Bundle, faultsOf, guardOf, KeyId } from '@promotable/contracts';
import { z } from 'zod';
import { AttestError, invalidInput } from './attest-error.ts';
import { decodeBase64 } from './base64.ts';
import { sha256Hex } from './digest.ts';
import { preAuthEncoding } from './pre-auth-encoding.ts';
import { parseStrictJson } from './strict-json.ts';

export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const statementPayloadType = 'application/vnd.in-toto+json';
/** Largest payload that is read, in bytes. */
export const maxPayloadBytes = 1 << 20;
/** Base64 of the payload and some room for the frame. */
const maxBundleCharacters = Math.ceil(maxPayloadBytes / 3) * 4 + 4096;

const maxSignatureCharacters = 256;

const Base64 = z
  .string()
  .min(1)
  .refine((text) => decodeBase64(text) !== null, 'must be base64');

const StrictBundle = z
  .strictObject({
    mediaType: z.literal(bundleMediaType),
    verificationMaterial: z.strictObject({ publicKey: z.strictObject({ hint: KeyId }) }),
    dsseEnvelope: z.strictObject({
      payload: Base64,
      payloadType: z.literal(statementPayloadType),
      signatures: z
        .array(z.strictObject({ sig: Base64.max(maxSignatureCharacters), keyid: KeyId }))
        .length(1, 'must hold exactly one signature'),
    }),
  })
  .refine((bundle) => bundle.dsseEnvelope.signatures[0]?.keyid === bundle.verificationMaterial.publicKey.hint, {
    path: ['verificationMaterial', 'publicKey', 'hint'],
    message: 'must equal the keyid of the signature',
  });

const isPlain = guardOf(
  z.strictObject({
    mediaType: z.literal(bundleMediaType),
    verificationMaterial: z.strictObject({ publicKey: z.strictObject({ hint: KeyId }) }),
    dsseEnvelope: z.strictObject({
      payload: z.string(),
      payloadType: z.literal(statementPayloadType),
      signatures: z
        .array(z.strictObject({ sig: z.string().max(maxSignatureCharacters), keyid: z.string() }))
        .min(1)
        .max(1),
    }),
  }),
);

/**
 * Reads a bundle from JSON text, bytes, or a parsed value; base64 comes out in the standard alphabet.
 * @throws {AttestError} `BUNDLE_INVALID` with every fault, `BUNDLE_TOO_LARGE` beyond 1 MiB of payload, `JSON_INVALID`
 */
export function parseBundle(input: unknown): Bundle {
  const value = isText(input) ? parseStrictJson(bounded(input)) : input;
  const payload = (value as { dsseEnvelope?: { payload?: unknown } } | null | undefined)?.dsseEnvelope?.payload;
  if (typeof payload === 'string' && payload.length > maxBundleCharacters) throw tooLarge();
  const plain = plainBundle(value);
  if (plain !== null) return plain;
  const parsed = StrictBundle.safeParse(value);
  if (!parsed.success) throw invalidInput('BUNDLE_INVALID', 'not a signed bundle:', faultsOf(parsed.error));
  const { mediaType, verificationMaterial, dsseEnvelope } = parsed.data;
  const signatures = dsseEnvelope.signatures.map(({ sig, keyid }) => ({ sig: standard(sig), keyid }));
  return { mediaType, verificationMaterial, dsseEnvelope: { ...dsseEnvelope, payload: standard(dsseEnvelope.payload), signatures } };
}

/** A bundle as most signers write it, in one look; null for any other, which the schema then takes or names the faults of. */
function plainBundle(value: unknown): Bundle | null {
  if (!isPlain(value)) return null;
  const { mediaType, verificationMaterial, dsseEnvelope } = value;
  const { payload, payloadType, signatures } = dsseEnvelope;
  const { hint } = verificationMaterial.publicKey;
  const { sig, keyid } = signatures[0] as (typeof signatures)[number];
  if (keyid !== hint || !isStandardBase64(payload) || !isStandardBase64(sig)) return null;
  return {
    mediaType,
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: { payload, payloadType, signatures: [{ sig, keyid }] },
  };
}

function isStandardBase64(text: string): boolean {
  return text !== '' && standard(text) === text;
}

/** The payload bytes, verified or not. */
export function payloadOf(bundle: Bundle): Uint8Array {
  const bytes = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  if (bytes.length > maxPayloadBytes) throw tooLarge();
  return bytes;
}

/** SHA-256 of the payload bytes in hex, verified or not: the name of the statement. */
export function statementDigestOf(bundle: Bundle): string {
  return sha256Hex(payloadOf(bundle));
}

/** The bytes the signature is over (DSSE 1.0.2 PAE): what `openssl dgst -verify` reads. */
export function paeOf(bundle: Bundle): Uint8Array {
  return preAuthEncoding(bundle.dsseEnvelope.payloadType, payloadOf(bundle));
}

/** The signature bytes: DER for P-256, 64 bytes for Ed25519. */
export function signatureOf(bundle: Bundle): Uint8Array {
  return Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
}

function isText(input: unknown): input is string | Uint8Array {
  return typeof input === 'string' || input instanceof Uint8Array;
}

function bounded<T extends string | Uint8Array>(text: T): T {
  if (text.length > maxBundleCharacters) throw tooLarge();
  return text;
}

/** What the text holds, in the standard alphabet and padded. */
function standard(text: string): string {
  return Buffer.from(text, 'base64').toString('base64');
}

function tooLarge(): AttestError {
  return new AttestError('BUNDLE_TOO_LARGE', `a bundle holds at most ${maxPayloadBytes} bytes of payload`, { status: 413 });
}
