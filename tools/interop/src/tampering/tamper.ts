// How a genuine bundle is turned into a bad one, and what each verifier says to it.
import { createPrivateKey, sign } from 'node:crypto';
import type { SigningKeyPair } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import type { Document } from '../genuine.ts';

export const foreignTools = ['cosign', 'securesystemslib', '@sigstore/verify', 'openssl'] as const;
export type ForeignTool = (typeof foreignTools)[number];

/** `refuses`; or why the tool accepts what we refuse: it does not look at that part (`unseen`), or allows it (`allowed`). */
export type Verdict = 'refuses' | { readonly accepts: 'unseen' | 'allowed'; readonly because: string };

/** One kind of tampering. */
export interface Kind {
  readonly kind: string;
  /** The text of the tampered bundle. */
  readonly tamper: (document: Document, stranger: Stranger) => string;
  /** Whether only ECDSA signatures can be tampered with in this way. @default false */
  readonly ecdsaAlone?: true;
  /** Code of `verifyBundle`. */
  readonly ours: string;
  /** Code of `verifyForeignStatement`, or that it allows the kind, as other tools write such bundles. @default `ours` */
  readonly foreign?: string;
  /** @default every tool refuses */
  readonly others?: Partial<Record<ForeignTool, Verdict>>;
}

/** openssl is handed a signature and the bytes it is over; whatever else is in the bundle it cannot see. */
export const unseenByOpenssl = {
  openssl: { accepts: 'unseen', because: 'openssl gets the signature and the bytes it is over, nothing else of the bundle.' },
} as const satisfies Kind['others'];

/** Of the frame alone: what reads no more than the envelope sees nothing of it. */
export const unseenByEnvelopeReaders = {
  ...unseenByOpenssl,
  securesystemslib: { accepts: 'unseen', because: 'securesystemslib reads the DSSE envelope, not the Sigstore bundle around it.' },
} as const satisfies Kind['others'];

export interface Stranger {
  readonly key: SigningKeyPair;
  /** A self-signed certificate of that key, DER in base64. */
  readonly certificate: string;
}

/** A bundle as a forger sees it: every field may be anything. */
export interface LooseBundle {
  mediaType?: string;
  verificationMaterial?: Record<string, unknown>;
  dsseEnvelope: LooseEnvelope;
  [extra: string]: unknown;
}

interface LooseEnvelope {
  payload: string;
  payloadType?: string;
  signatures: { sig: string; keyid?: string; [extra: string]: unknown }[];
  [extra: string]: unknown;
}

/** The bundle after `edit`, as JSON. */
export function edited(bundle: Bundle, edit: (bundle: LooseBundle, envelope: LooseEnvelope) => void): string {
  const copy = structuredClone(bundle) as unknown as LooseBundle;
  edit(copy, copy.dsseEnvelope);
  return JSON.stringify(copy);
}

export function withPayload(bundle: Bundle, payload: Uint8Array | string): string {
  return edited(bundle, (_, envelope) => (envelope.payload = Buffer.from(payload).toString('base64')));
}

export function withSignature(bundle: Bundle, signature: Uint8Array): string {
  return edited(bundle, (_, { signatures }) => (signatures[0] = { ...only(signatures), sig: Buffer.from(signature).toString('base64') }));
}

/** With another payload, signed by the genuine key: a trusted signer who is careless or hostile. */
export function signedAnew({ bundle, key }: Document, payload: string): string {
  const type = bundle.dsseEnvelope.payloadType;
  return edited(bundle, (_, envelope) => {
    envelope.payload = Buffer.from(payload).toString('base64');
    only(envelope.signatures).sig = signatureBy(key, pae(type, Buffer.from(payload))).toString('base64');
  });
}

/** DSSE's encoding by its specification alone, so that no line of ours vouches for itself. */
export function pae(type: string, payload: Uint8Array, version = 'DSSEv1'): Buffer {
  return Buffer.concat([Buffer.from(`${version} ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

export function signatureBy(
  { algorithm, privateKeyPem }: SigningKeyPair,
  bytes: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363' = 'der',
): Buffer {
  return sign(algorithm === 'ed25519' ? null : 'sha256', bytes, { key: createPrivateKey(privateKeyPem), dsaEncoding });
}

export function payloadBytes(bundle: Bundle): Buffer {
  return Buffer.from(bundle.dsseEnvelope.payload, 'base64');
}

export function statementOf(bundle: Bundle): Record<string, unknown> & { subject: Record<string, unknown>[] } {
  return JSON.parse(payloadBytes(bundle).toString()) as ReturnType<typeof statementOf>;
}

export function signatureBytes(bundle: Bundle): Buffer {
  return Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
}

export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new TypeError('expected one item');
  return item;
}

/** With the lowest bit of one byte changed; a negative index counts from the end. */
export function flipped(bytes: Uint8Array, index: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = index < 0 ? copy.length + index : index;
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
