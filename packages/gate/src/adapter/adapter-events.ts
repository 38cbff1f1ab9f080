import type { GateQuestion } from '@promotable/contracts';
import type { AdapterAnswer } from './adapter-answer.ts';
import type { HoldEvent } from './hold-watch.ts';

/** What happens at an adapter. Listeners never change an answer: what they throw is logged. */
export interface AdapterEvents {
  /** Every answer. */
  onAnswer?(event: AnsweredQuestion): void;
  /** A hold became long, or the last long one ended. */
  onHold?(event: HoldEvent): void;
}

/** An answer that was given. */
export interface AnsweredQuestion {
  readonly question: GateQuestion;
  readonly answer: AdapterAnswer;
  readonly durationMs: number;
  /** True when verdict or reasons differ from the answer before: what is counted once, not at each poll. */
  readonly isNew: boolean;
  /** How long it had been held, milliseconds, where a pass or a fail ended a hold. */
  readonly heldForMs: number | null;
}
