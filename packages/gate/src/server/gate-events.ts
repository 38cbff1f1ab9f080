// What happens in the gate, for metrics and notifications. A listener that throws changes nothing.
import type { DecisionPredicate, Logger, Verdict } from '@promotable/contracts';

/** A decision that was recorded. */
export interface DecisionEvent {
  readonly decision: DecisionPredicate;
  /** `transition`: the first decision of a question, or another one than before. `renewal`: an expired pass that still holds; nobody is notified. */
  readonly type: 'transition' | 'renewal';
  readonly previousVerdict: Verdict | null;
  /** How long the question had been held, milliseconds, where this decision ends a hold; else null. */
  readonly heldForMs: number | null;
  /** Codes of warnings that somebody should look at now, whatever the verdict: `EVIDENCE_CHANGED_AFTER_PASS`. */
  readonly alerts: readonly string[];
  readonly isListedStage: boolean;
  readonly isLastStage: boolean;
}

/** A question that was answered. */
export interface AnswerEvent {
  readonly verdict: Verdict;
  /** As it was asked. */
  readonly environment: string;
  readonly durationMs: number;
  /** How long it has been held, milliseconds; null unless the answer is a hold that began at a known time. */
  readonly heldForMs: number | null;
}

/** Hears what a gate answers and records; of what is asked in shadow it hears nothing, so nobody is told or counted as if it were enforced. */
export interface GateEvents {
  /** After the commit. */
  onDecision?(event: DecisionEvent): void;
  /** Every question answered, recorded or not. */
  onAnswer?(event: AnswerEvent): void;
}

/** Tells every listener; enforcement must not depend on any of them. */
export function fanOut(listeners: readonly GateEvents[], logger: Logger): Required<GateEvents> {
  const tell = (call: (listener: GateEvents) => void): void => {
    for (const listener of listeners) {
      try {
        call(listener);
      } catch (error) {
        logger.warn({ err: error }, 'a listener of the gate failed');
      }
    }
  };
  return {
    onDecision: (event) => tell((listener) => listener.onDecision?.(event)),
    onAnswer: (event) => tell((listener) => listener.onAnswer?.(event)),
  };
}
