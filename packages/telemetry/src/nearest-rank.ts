/**
 * The percentile by the nearest-rank definition: the value at rank ⌈percent · n / 100⌉ of the ascending values, so always a value that was
 * measured and never an interpolation (NIST/SEMATECH e-Handbook §7.2.6.2 contrasts the definitions; this is R type 1, Hyndman & Fan 1996).
 *
 * @param sorted ascending, not empty
 * @param percent a whole number from 1 to 100: `percent · n` is then exact, where 0.95 · n is not
 */
export function nearestRank(sorted: ArrayLike<number>, percent: number): number {
  const value = sorted[Math.ceil((percent * sorted.length) / 100) - 1];
  if (value === undefined) throw new RangeError(`no ${percent}th percentile of ${sorted.length} values`);
  return value;
}
