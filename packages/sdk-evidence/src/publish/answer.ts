import type { EvidenceError } from '../evidence-error.ts';
import type { EvidenceReceipt } from './receipt.ts';

/** What one attempt came to. Failures are values, so that the policies of resilience judge them without catching. */
export type Answer = Success | Failure;

export interface Success {
  readonly outcome: 'accepted' | 'duplicate';
  readonly receipt: EvidenceReceipt;
}

export interface Failure {
  readonly outcome: 'failed';
  readonly error: EvidenceError;
  /** Another attempt within the same call may help. */
  readonly again: boolean;
  /** MC is away or ill: counts for the circuit breaker. */
  readonly breaks: boolean;
  /** MC's `Retry-After`, milliseconds. */
  readonly retryAfterMs: number | null;
}

/** What MC said when it refused; the `cause` of such an error. Holds no text of the server. */
export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly requestId: string | null;
}

/**
 * Whether MC refused the caller and not the record: 401 the token as a whole, 403 for this record (its service, its tenant). Null for
 * every other error. The record is not at fault then and must not be given up.
 */
export function callerRefusal(error: EvidenceError): 401 | 403 | null {
  const { status } = (error.cause ?? {}) as Partial<Refusal>;
  return error.code === 'PUBLISH_REFUSED' && (status === 401 || status === 403) ? status : null;
}
