// What is said about a handful of ratios: their middle, how sure it is, and whether they lean to one side.

/** The middle value, or the mean of the two in the middle. @throws {RangeError} for an empty list */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const ordered = [...values].sort((a, b) => a - b);
  const middle = ordered.length >> 1;
  const upper = ordered[middle] as number;
  return ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] as number) + upper) / 2;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Probability that the interval covers the median, 0 … 1. */
  readonly confidence: number;
}

/**
 * Confidence interval for the median without assuming a distribution: the k-th smallest and k-th largest value, k as great as 95 % allow
 * (binomial, p = ½). Fewer than six values cannot reach 95 %: then it is their whole range, with the confidence that this has.
 */
export function medianInterval(values: readonly number[]): Interval {
  const ordered = [...values].sort((a, b) => a - b);
  const count = ordered.length;
  let rank = 1;
  while (rank + 1 <= count / 2 && coverage(count, rank + 1) >= 0.95) rank++;
  return { low: ordered[rank - 1] as number, high: ordered[count - rank] as number, confidence: coverage(count, rank) };
}

export interface SignTest {
  readonly above: number;
  readonly below: number;
  /** Two-sided probability of a split this uneven if both sides were equally likely. */
  readonly p: number;
}

/** Exact sign test of the values against `centre`; values that equal it do not count. */
export function signTest(values: readonly number[], centre = 1): SignTest {
  const above = values.filter((value) => value > centre).length;
  const below = values.filter((value) => value < centre).length;
  return { above, below, p: Math.min(1, 2 * cumulative(above + below, Math.min(above, below))) };
}

/** (greatest − smallest) ÷ median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Nearest-rank percentile of values in ascending order. */
export function percentile(ordered: readonly number[], share: number): number {
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] as number;
}

/** Probability that the median lies between the k-th smallest and the k-th largest of `count` values. */
function coverage(count: number, rank: number): number {
  return 1 - 2 * cumulative(count, rank - 1);
}

/** Probability of at most `atMost` heads in `count` throws of a fair coin. */
function cumulative(count: number, atMost: number): number {
  let term = 0.5 ** count;
  let sum = 0;
  for (let heads = 0; heads <= atMost; heads++) {
    sum += term;
    term = (term * (count - heads)) / (heads + 1);
  }
  return sum;
}
