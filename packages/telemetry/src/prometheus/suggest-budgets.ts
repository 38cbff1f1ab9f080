// Budgets that the past would have kept: statistics, no verdict.
import { nearestRank } from '../nearest-rank.ts';
import type { PastWindow } from './slo-history.ts';

/** Budgets of a stage; null = none. */
export interface SloBudgets {
  readonly p95BudgetMs: number | null;
  readonly p99BudgetMs: number | null;
  /** A fraction. */
  readonly errorRateBudget: number;
}

/** How a gate reads windows; from the settings of its policy. */
export interface BreachRules {
  /** Fewest requests of a window that shows anything, given the budgets. */
  readonly samplesNeeded: (budgets: SloBudgets) => number;
  /** A window over this multiple of a budget confirms itself. */
  readonly confirmationFactor: number;
  /** Time between the ends of two windows that confirm each other, milliseconds. */
  readonly confirmationMs: number;
}

/** Room above what was measured: an ordinary bad day must not stop a release. */
const margin = 1.2;
/** Below this an error budget needs thousands of requests in each window. */
const leastErrorRate = 0.001;
const roundNumbers = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10];

/**
 * The value that 99 of 100 windows kept, plus a fifth, rounded up to a round number; the error rate is at least 0.1 % and at most 50 %.
 * Windows with fewer than 59 requests say nothing of a p95, those with fewer than 299 nothing of a p99. Null where no window says anything.
 */
export function suggestBudgets(windows: readonly PastWindow[]): SloBudgets | null {
  const telling = windows.filter(({ samples }) => samples >= 59);
  const p95Ms = telling.map((window) => window.p95Ms);
  if (p95Ms.length === 0) return null;
  const p99Ms = windows.flatMap(({ samples, p99Ms: measured }) => (samples >= 299 && measured !== null ? [measured] : []));
  const errorRate = kept(telling.map((window) => window.errorRate));
  return {
    p95BudgetMs: roundedUp(kept(p95Ms) * margin),
    p99BudgetMs: p99Ms.length === 0 ? null : roundedUp(kept(p99Ms) * margin),
    errorRateBudget: Math.min(0.5, Math.max(leastErrorRate, roundedUp(errorRate * margin))),
  };
}

/** Up to the next of 1, 1.5, 2, 2.5, 3, 3.5, 4, 5 … 10 times a power of ten. */
export function roundedUp(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = roundNumbers.find((round) => round >= value / power - 1e-9) ?? 10;
  // Written and read once more, as 0.1 * 3 is no 0.3.
  return Number((factor * power).toPrecision(6));
}

/** Whether windows of one release, in order, hold a breach that a gate confirms: two over a budget in a row, or one over a multiple of it. */
export function wouldHaveFailed(windows: readonly PastWindow[], budgets: SloBudgets, rules: BreachRules): boolean {
  const need = rules.samplesNeeded(budgets);
  const telling = windows.filter(({ samples }) => samples >= need);
  const figures: readonly (readonly [(window: PastWindow) => number | null, number | null])[] = [
    [({ p95Ms }) => p95Ms, budgets.p95BudgetMs],
    [({ p99Ms }) => p99Ms, budgets.p99BudgetMs],
    [({ errorRate }) => errorRate, budgets.errorRateBudget],
  ];
  return figures.some(([figure, budget]) =>
    telling.some((window, index) => {
      const measured = figure(window);
      if (measured === null || budget === null || measured <= budget) return false;
      if (measured > budget * rules.confirmationFactor) return true;
      const before = telling.slice(0, index).findLast(({ untilMs }) => window.untilMs - untilMs >= rules.confirmationMs);
      return before !== undefined && (figure(before) ?? 0) > budget;
    }),
  );
}

function kept(values: readonly number[]): number {
  return nearestRank(Float64Array.from(values).sort(), 99);
}
