import type { EvidenceErrorCode } from '../evidence-error.ts';
import type { EvidenceReceipt } from './receipt.ts';

/** Which evidence an event is about. */
export interface EvidenceUnderWay {
  /** Of the record it is about; lowercase hex. */
  readonly statementDigest: string;
  /** Where the evidence was made; `none` for a `build` record. */
  readonly environment: string;
}

/** What happens to a record on its way; told to listeners, who make logs and metrics of it. No event holds a token or a payload. */
export type EvidenceEvent =
  | (EvidenceUnderWay & { readonly type: 'attempt'; readonly attempt: number })
  | (EvidenceUnderWay & {
      readonly type: 'retry';
      readonly attempt: number;
      readonly delayMs: number;
      readonly code: EvidenceErrorCode;
      readonly message: string;
    })
  | (EvidenceUnderWay & {
      readonly type: 'accepted' | 'duplicate';
      readonly attempts: number;
      readonly seconds: number;
      readonly receipt: EvidenceReceipt;
    })
  | (EvidenceUnderWay & {
      readonly type: 'failed';
      readonly attempts: number;
      readonly seconds: number;
      readonly code: EvidenceErrorCode;
      readonly message: string;
      readonly retryable: boolean;
    })
  | (EvidenceUnderWay & { readonly type: 'spooled'; readonly code: EvidenceErrorCode });

/** Hears what happens to evidence under way. */
export type EvidenceListener = (event: EvidenceEvent) => void;

/** Where a publisher and a spool tell what happens. */
export interface EvidenceEvents {
  emit(event: EvidenceEvent): void;
  /** Answers a function that ends the subscription. */
  on(listener: EvidenceListener): () => void;
}

/** Publishing never depends on who listens: a listener that throws is passed over. */
export function createEvidenceEvents(): EvidenceEvents {
  const listeners = new Set<EvidenceListener>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch {
          // A broken log or metric must not lose evidence.
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
