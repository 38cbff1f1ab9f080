import type { EvidenceErrorCode } from '../evidence-error.ts';

/** What became of one publish; the host maps it to its metrics. Carries no content. */
export interface ReceiveEvent {
  /** `failed` = an error that is not the caller's. */
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'failed';
  /** Null when accepted, or for an error without a code of this package. */
  readonly code: EvidenceErrorCode | null;
  readonly signed: boolean | null;
  readonly seconds: number;
  /** Where the evidence was made; `none` for a build record, `unknown` where it was not read. */
  readonly environment: string;
  /** Of the publisher's own count, from 1. */
  readonly attempt: number;
  /** Since the publisher was asked to publish, its earlier attempts and waiting included. */
  readonly sinceAskedSeconds: number;
}
/** Hears how each call of the receiver ended. */
export type ReceiveListener = (event: ReceiveEvent) => void;
