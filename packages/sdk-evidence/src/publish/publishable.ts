import type { EvidencePredicate } from '@promotable/contracts';

/** What can be sent to MC: signed evidence, or an attestation of another tool with the release it is brought for. */
export interface Publishable {
  /** What a spool keeps. */
  readonly bytes: Uint8Array;
  /** What it is filed under, lowercase hex. */
  readonly statementDigest: string;
  readonly predicate: Pick<EvidencePredicate, 'service' | 'releaseId' | 'checkpoint'> & { readonly environment?: string };
  /** The text of an attestation, as it came. @default none: `bytes` are a bundle of our own */
  readonly attestation?: string;
}

/** The environment that metrics are labelled with; a `build` record belongs to none. */
export function environmentOf({ predicate }: Pick<Publishable, 'predicate'>): string {
  return predicate.environment ?? 'none';
}
