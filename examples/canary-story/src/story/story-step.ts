import type { Measured, Verdict } from '@promotable/contracts';

/** One thing that the story tells, as `--json` prints it. */
export interface StoryStep {
  /** Act of the story, 1 to 6. */
  readonly step: number;
  /** Letter of the release; null where it is about none. */
  readonly release: string | null;
  readonly stage: string | null;
  /** Null where nothing was decided. */
  readonly verdict: Verdict | null;
  /** Codes. */
  readonly reasons: readonly string[];
  /** How long it took. */
  readonly seconds: number;
  /** What happened where nothing was decided, such as `duplicate`. */
  readonly outcome: string | null;
  /** Whether it came out as told. */
  readonly asTold: boolean;
  /** The window that counted, and the budgets it was held against. */
  readonly measured: Measured | null;
  readonly decisionId: string | null;
}

/** How a step must come out; what is not named may be anything. */
export interface Expected {
  readonly verdict?: Verdict;
  /** All of these, others besides. */
  readonly reasons?: readonly string[];
  /** None but `reasons`. @default false */
  readonly only?: boolean;
  readonly outcome?: string;
}

/** A step did not come out as told: its act ends here, the next one goes on. */
export class NotAsTold extends Error {}

export function isAsExpected(
  seen: Pick<StoryStep, 'verdict' | 'reasons' | 'outcome'>,
  { verdict, reasons = [], only = false, outcome }: Expected,
): boolean {
  if (verdict !== undefined && seen.verdict !== verdict) return false;
  if (outcome !== undefined && seen.outcome !== outcome) return false;
  return reasons.every((code) => seen.reasons.includes(code)) && (!only || seen.reasons.every((code) => reasons.includes(code)));
}

/** Expected or seen, in words. */
export function inWords({
  verdict,
  reasons = [],
  outcome,
}: {
  readonly verdict?: Verdict | null;
  readonly reasons?: readonly string[];
  readonly outcome?: string | null;
}): string {
  return [verdict, outcome, reasons.join(', ')].filter((part) => part !== undefined && part !== null && part !== '').join(' ') || 'nothing';
}
