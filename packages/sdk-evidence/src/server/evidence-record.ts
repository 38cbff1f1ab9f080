// One evidence record as it was accepted; it is written once and never changed.
import type { Bundle, EvidencePredicate } from '@promotable/contracts';
import type { UnsignedClaims } from './evidence-input.ts';

/** Which release a record speaks about. */
export interface ReleaseKey {
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
}

/** What another tool signed, and how it came. */
export interface Attested {
  readonly predicateType: string;
  /** The bundle, byte for byte. */
  readonly text: string;
}

/** What a trusted signer stated. */
export interface SignedContent {
  readonly signed: true;
  /** In the form of whoever signed. */
  readonly bundle: Bundle | object;
  /** What is signed; of a foreign statement, what it says of its item. */
  readonly predicate: EvidencePredicate;
  /** `sha256:…` of the artifacts it is bound to, sorted and distinct; empty when it is bound to the release's name alone. */
  readonly digests: readonly string[];
  /** Of the signer: a key id, or `identity:<issuer> <name>` of a certificate. */
  readonly keyId: string;
  /** Null for evidence in our own bundle. */
  readonly attestation: Attested | null;
  /** The trust policy that the signer was judged by. */
  readonly trustPolicyDigest: string;
}

/** What a caller said without a signature: listed, never counting. */
export interface UnsignedContent {
  readonly signed: false;
  readonly claims: UnsignedClaims;
}

export interface RecordIdentity extends ReleaseKey {
  /** Statement digest of a signed record; a random id of unsigned claims. */
  readonly id: string;
  /** SHA-256 of the DSSE payload, or of the RFC 8785 form of unsigned claims and their release; lowercase hex, unique per tenant. */
  readonly statementDigest: string;
  /** Unique per tenant. */
  readonly idempotencyKey: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** W3C `traceparent` of the request that brought it; null where there was none. */
  readonly traceparent: string | null;
}

/** A record before the store gave it its ingest sequence. */
export type NewEvidenceRecord = RecordIdentity & (SignedContent | UnsignedContent);
/** With the sequence of its ledger entry, which is also the order of arrival among the records of its release. */
export type EvidenceRecord = NewEvidenceRecord & { readonly ingestSequence: number };
/** A record whose bundle was verified. */
export type SignedRecord = RecordIdentity & SignedContent & { readonly ingestSequence: number };
