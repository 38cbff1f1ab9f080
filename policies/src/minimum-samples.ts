/**
 * Fewest requests that can show with 95 % confidence that at most the fraction `budget` of requests is bad: the least n with
 * (1 − budget)^n ≤ 0.05, that is ⌈ln 0.05 / ln(1 − budget)⌉; 59 for p95 (0.05), 299 for p99 (0.01), 149 for 2 % errors.
 * `budget` lies above 0 and below 1.
 */
export function minimumSamples(budget: number): number {
  // log1p keeps the digits that 1 − budget would lose for small budgets.
  const log = Math.log1p(-budget);
  const estimate = Math.max(1, Math.ceil(Math.log(0.05) / log));
  // A quotient that should be whole may come out a rounding error above it.
  return estimate > 1 && Math.exp((estimate - 1) * log) <= 0.05 ? estimate - 1 : estimate;
}
