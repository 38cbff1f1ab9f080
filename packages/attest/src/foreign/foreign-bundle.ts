// The shape of a Sigstore bundle that another tool made with a key of its own: wider than ours in what says nothing, as strict in what is signed.
import { type Fault, faultsOf } from '@promotable/contracts';
import { z } from 'zod';
import { AttestError, invalidInput } from '../attest-error.ts';
import { decodeBase64 } from '../base64.ts';
import { bundleMediaType, maxPayloadBytes, statementPayloadType } from '../bundle.ts';
import { parseStrictJson } from '../strict-json.ts';

/** Base64 of the largest payload, and room for log entries and timestamps. */
const maxForeignCharacters = Math.ceil(maxPayloadBytes / 3) * 4 + (1 << 18);

/** Of v0.3, and as versions 0.1 to 0.3 wrote it before (protobuf-specs 0.5). */
const mediaTypes = [
  bundleMediaType,
  ...['0.1', '0.2', '0.3'].map((version) => `application/vnd.dev.sigstore.bundle+json;version=${version}`),
];

const Bytes = z.string().min(1).transform(toBytes);
const SignatureBytes = z.string().min(1).max(256).transform(toBytes);
const Sha256Bytes = Bytes.refine((bytes) => bytes.length === 32, 'must be the 32 bytes of a SHA-256 digest');
const Name = z.string().max(256).optional();
/** Read by nobody here: whether there is one is all that is told. */
const Unread = z.record(z.string(), z.unknown());

/** The envelope that holds a Statement. */
const Envelope = z.strictObject({
  payload: Bytes,
  payloadType: z.literal(statementPayloadType),
  signatures: z.array(z.strictObject({ sig: SignatureBytes, keyid: Name })).length(1, 'must hold exactly one signature'),
});

const ForeignBundle = z
  .strictObject({
    mediaType: z.enum(mediaTypes),
    verificationMaterial: z.strictObject({
      publicKey: z.strictObject({ hint: Name }),
      tlogEntries: z.array(Unread).max(16).optional(),
      timestampVerificationData: z.strictObject({ rfc3161Timestamps: z.array(Unread).max(16).optional() }).optional(),
    }),
    dsseEnvelope: Envelope.optional(),
    messageSignature: z
      .strictObject({
        // cosign leaves it empty for Ed25519, which signs the message and not its digest.
        messageDigest: z.union([z.strictObject({ algorithm: z.literal('SHA2_256'), digest: Sha256Bytes }), z.strictObject({})]).optional(),
        signature: SignatureBytes,
      })
      .optional(),
  })
  .refine(({ dsseEnvelope, messageSignature }) => (dsseEnvelope === undefined) !== (messageSignature === undefined), {
    message: 'must hold either a dsseEnvelope or a messageSignature',
  });

/** A bundle as read; nothing in it is verified. */
export type ForeignBundle = z.infer<typeof ForeignBundle>;

/** What a bundle may carry and is not looked into: it speaks of when a signature was made, and the pinned key stands without it. */
export type Unchecked = 'transparency-log' | 'timestamp';

const Certificate = z.strictObject({ rawBytes: Bytes });

/** As {@link ForeignBundle}, by a certificate; what proves it is read by whoever verifies it, who takes base64 with strays in it. */
const CertifiedBundle = z.strictObject({
  mediaType: z.enum(mediaTypes),
  verificationMaterial: z
    .strictObject({
      certificate: Certificate.optional(),
      x509CertificateChain: z.strictObject({ certificates: z.array(Certificate).min(1).max(16) }).optional(),
      tlogEntries: z.array(Unread).max(16).optional(),
      timestampVerificationData: z
        .strictObject({
          rfc3161Timestamps: z
            .array(z.strictObject({ signedTimestamp: Bytes }))
            .max(16)
            .optional(),
        })
        .optional(),
    })
    .refine(({ certificate, x509CertificateChain }) => (certificate === undefined) !== (x509CertificateChain === undefined), {
      message: 'must hold either a certificate or an x509CertificateChain',
    }),
  dsseEnvelope: Envelope,
});

/** A bundle by a certificate: its own value, for a library to read, and the payload, unverified. */
export interface CertifiedBundle {
  readonly value: unknown;
  readonly payload: Uint8Array;
}

/**
 * Reads the JSON text of a bundle, or of a DSSE envelope alone, which names no key but by its keyid. Only text or bytes: of a parsed value
 * nobody could tell whether a name occurred twice.
 * @throws {AttestError} `BUNDLE_INVALID` with every fault, `BUNDLE_TOO_LARGE`, `JSON_INVALID`
 */
export function parseForeignBundle(text: string | Uint8Array): ForeignBundle {
  const value = boundedJson(text);
  const parsed = ForeignBundle.safeParse(
    isEnvelope(value) ? { mediaType: bundleMediaType, verificationMaterial: { publicKey: {} }, dsseEnvelope: value } : value,
  );
  if (!parsed.success) throw invalidBundle(faultsOf(parsed.error));
  boundedPayload(parsed.data.dsseEnvelope);
  return parsed.data;
}

/** Reads the JSON text of a bundle that a certificate speaks for. @throws {AttestError} as {@link parseForeignBundle} */
export function parseCertifiedBundle(text: string | Uint8Array): CertifiedBundle {
  const value = boundedJson(text);
  const parsed = CertifiedBundle.safeParse(value);
  if (!parsed.success) throw invalidInput('BUNDLE_INVALID', 'not a bundle signed by a certificate:', faultsOf(parsed.error));
  return { value, payload: boundedPayload(parsed.data.dsseEnvelope) };
}

/** Whether a certificate speaks for the text of a bundle, else a key. @throws {AttestError} `BUNDLE_TOO_LARGE`, `JSON_INVALID` */
export function isCertified(text: string | Uint8Array): boolean {
  const material = (boundedJson(text) as { verificationMaterial?: object } | null)?.verificationMaterial;
  return typeof material === 'object' && material !== null && ('certificate' in material || 'x509CertificateChain' in material);
}

function isEnvelope(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'payload' in value && 'signatures' in value;
}

function boundedJson(text: string | Uint8Array): unknown {
  if (text.length <= maxForeignCharacters) return parseStrictJson(text);
  throw new AttestError('BUNDLE_TOO_LARGE', `a bundle has at most ${maxForeignCharacters} bytes`, { status: 413 });
}

function boundedPayload(envelope: { readonly payload: Uint8Array } | undefined): Uint8Array {
  const payload = envelope?.payload ?? new Uint8Array();
  if (payload.length <= maxPayloadBytes) return payload;
  throw new AttestError('BUNDLE_TOO_LARGE', `a bundle holds at most ${maxPayloadBytes} bytes of payload`, { status: 413 });
}

export function uncheckedOf({ verificationMaterial }: ForeignBundle): readonly Unchecked[] {
  const { tlogEntries = [], timestampVerificationData } = verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  return [...(tlogEntries.length > 0 ? (['transparency-log'] as const) : []), ...(timestamps.length > 0 ? (['timestamp'] as const) : [])];
}

export function invalidBundle(faults: Fault[]): AttestError {
  return invalidInput('BUNDLE_INVALID', 'not a bundle signed by a key:', faults);
}

function toBytes(text: string, context: z.core.$RefinementCtx<string>): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes !== null) return bytes;
  context.addIssue({ code: 'custom', message: 'must be base64' });
  return z.NEVER;
}
