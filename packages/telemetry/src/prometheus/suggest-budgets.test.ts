import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PastWindow } from './slo-history.ts';
import { type BreachRules, roundedUp, suggestBudgets, wouldHaveFailed } from './suggest-budgets.ts';

const minute = 60_000;
const window = (index: number, changes: Partial<PastWindow> = {}): PastWindow => ({
  untilMs: index * 10 * minute,
  release: null,
  samples: 1000,
  p95Ms: 100,
  p99Ms: 200,
  errorRate: 0.001,
  ...changes,
});
const rules: BreachRules = { samplesNeeded: () => 149, confirmationFactor: 2, confirmationMs: minute };
const budgets = { p95BudgetMs: 350, p99BudgetMs: null, errorRateBudget: 0.02 };
const fails = (...windows: Partial<PastWindow>[]) =>
  wouldHaveFailed(
    windows.map((changes, index) => window(index, changes)),
    budgets,
    rules,
  );

describe('suggested budgets', () => {
  it('are what 99 of 100 windows kept, plus a fifth, as round numbers', () => {
    const windows = Array.from({ length: 100 }, (_, index) =>
      window(index, { p95Ms: index === 99 ? 5000 : 100 + index, errorRate: 0.004 }),
    );
    // Rank 99 is 198 ms, 237.6 with the margin; errors 0.4 %, 0.48 with it.
    expect(suggestBudgets(windows)).toEqual({ p95BudgetMs: 250, p99BudgetMs: 250, errorRateBudget: 0.005 });
  });

  it('never ask for less than one error in a thousand, which few windows could show', () => {
    expect(suggestBudgets([window(0, { errorRate: 0 })])?.errorRateBudget).toBe(0.001);
  });

  it('say nothing of what no window shows', () => {
    expect(suggestBudgets([window(0, { samples: 58 })])).toBeNull();
    expect(suggestBudgets([window(0, { samples: 298 })])?.p99BudgetMs).toBeNull();
    expect(suggestBudgets([window(0, { p99Ms: null })])?.p99BudgetMs).toBeNull();
  });

  it('are round, and never below what was measured', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value) => {
        const round = roundedUp(value);
        expect(round).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(round).toBeLessThanOrEqual(value * 1.5 + 1e-9);
        expect(
          String(round)
            .replace(/e.*|\D|0+$/g, '')
            .replace(/^0+/, '').length,
        ).toBeLessThanOrEqual(2);
      }),
    );
    expect([0, 0.3, 7, 10, 237.6].map(roundedUp)).toEqual([0, 0.3, 7, 10, 250]);
  });
});

describe('a release of the past', () => {
  it.each<[string, Partial<PastWindow>[], boolean]>([
    ['within its budgets passes', [{}, {}], false],
    ['at its budget passes', [{ p95Ms: 350 }, { p95Ms: 350 }], false],
    ['over it once passes', [{ p95Ms: 400 }, {}, { p95Ms: 400 }], false],
    ['over it twice in a row fails', [{}, { p95Ms: 400 }, { p95Ms: 351 }], true],
    ['over twice its budget fails at once', [{ errorRate: 0.041 }], true],
    ['over it for another reason each time passes', [{ p95Ms: 400 }, { errorRate: 0.03 }], false],
    ['with too few requests shows nothing', [{ p95Ms: 4000, samples: 148 }], false],
    ['without a budget for p99 passes whatever that was', [{ p99Ms: 9000 }, { p99Ms: 9000 }], false],
    [
      'confirms only by a window that ended long enough before',
      [
        { p95Ms: 400, untilMs: 0 },
        { p95Ms: 400, untilMs: 59_999 },
      ],
      false,
    ],
  ])('%s', (_what, windows, failed) => {
    expect(fails(...windows)).toBe(failed);
  });
});
