import type { EvidenceErrorCode } from '../evidence-error.ts';

/** What became of one publish; the host maps it to its metrics. Carries no content. */
export interface ReceiveEvent {
  /** `failed` = an error that is not the caller's. */
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'failed';
  /** Null when accepted, or for an error without a code of this package. */
  readonly code: EvidenceErrorCode | null;
  readonly signed: boolean | null;
  readonly seconds: number;
}
export type ReceiveListener = (event: ReceiveEvent) => void;
