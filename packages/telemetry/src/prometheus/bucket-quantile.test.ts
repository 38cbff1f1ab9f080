import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank } from '../nearest-rank.ts';
import { bucketQuantile } from './bucket-quantile.ts';
import { latencyBuckets } from './latency-buckets.ts';

const bounds = [1, 2, 4, 8, 16];
const le = (bound: number | string, count: number) => ({ labels: { le: String(bound) }, value: count, histogram: null });
/** What a client library would have kept of these latencies. */
const kept = (latencies: readonly number[]) => [
  ...bounds.map((bound) => le(bound, latencies.filter((value) => value <= bound).length)),
  le('+Inf', latencies.length),
];
const latencies = fc.array(fc.double({ min: 0.01, max: 16, noNaN: true }), { minLength: 1, maxLength: 200 });
const failing = (code: string) => expect.objectContaining({ code });

describe('a percentile of a histogram', () => {
  it('lies in the bucket of the true one, and at its end never below the true one', () => {
    fc.assert(
      fc.property(latencies, fc.constantFrom(50, 95, 99), (values, percent) => {
        const buckets = latencyBuckets(kept(values));
        const truth = nearestRank(Float64Array.from(values).sort(), percent);
        const upper = bounds.find((bound) => truth <= bound) ?? Infinity;
        const lower = bounds.findLast((bound) => bound < truth) ?? 0;
        const between = bucketQuantile(buckets, percent / 100, 'interpolated');
        expect(between).toBeGreaterThanOrEqual(lower);
        expect(between).toBeLessThanOrEqual(upper);
        expect(bucketQuantile(buckets, percent / 100, 'upper-bound')).toBe(upper);
      }),
      { numRuns: 1000 },
    );
  });

  it('is no data where it lies above the last bound, which histogram_quantile would answer with', () => {
    const buckets = latencyBuckets(kept([...Array.from({ length: 90 }, () => 1), ...Array.from({ length: 10 }, () => 30)]));
    expect(bucketQuantile(buckets, 0.5, 'interpolated')).toBeLessThanOrEqual(1);
    expect(() => bucketQuantile(buckets, 0.95, 'interpolated')).toThrow(failing('QUANTILE_ABOVE_BUCKETS'));
    expect(() => bucketQuantile(buckets, 0.95, 'upper-bound')).toThrow(failing('QUANTILE_ABOVE_BUCKETS'));
  });

  it('is no data without a request', () => {
    expect(() => bucketQuantile(latencyBuckets(kept([])), 0.95, 'interpolated')).toThrow(failing('NO_TRAFFIC'));
  });

  it('reads a native histogram alike, whose zero bucket begins below 0', () => {
    const histogram = {
      count: 10,
      sum: 20,
      buckets: [
        [3, -0.001, 0.001, 5],
        [0, 1, 2, 5],
      ] as [number, number, number, number][],
    }; // prettier-ignore
    const buckets = latencyBuckets([{ labels: {}, value: null, histogram }]);
    expect(buckets.buckets[0]).toEqual({ lower: 0, upper: 0.001, count: 5 });
    expect(bucketQuantile(buckets, 0.95, 'interpolated')).toBeCloseTo(1.9, 10);
  });
});

describe('a histogram', () => {
  it('that was caught between two of its buckets counts the request as the slower one', () => {
    const { buckets } = latencyBuckets([le(1, 10), le(2, 8), le('+Inf', 9)]);
    expect(buckets.map(({ count }) => count)).toEqual([8, 0, 1]);
  });

  it('may come in any order', () => {
    expect(latencyBuckets(kept([1, 5, 9]).toReversed())).toEqual(latencyBuckets(kept([1, 5, 9])));
  });

  it.each<[string, Parameters<typeof latencyBuckets>[0], string]>([
    ['without a series', [], 'NO_SERIES'],
    ['without an end', [le(1, 1), le(2, 1)], 'BUCKETS_INVALID'],
    ['with a bucket twice', [le(1, 1), le(1, 1), le('+Inf', 2)], 'BUCKETS_INVALID'],
    ['with a bound that is none', [le('much', 1), le('+Inf', 2)], 'BUCKETS_INVALID'],
    ['without a bound', [{ labels: {}, value: 1, histogram: null }], 'BUCKETS_INVALID'],
    ['with a count that is no number', [le(1, Number.NaN), le('+Inf', 2)], 'NOT_FINITE'],
    ['with an infinite count', [le(1, 1), le('+Inf', Infinity)], 'NOT_FINITE'],
    ['with a negative count', [le(1, -1), le('+Inf', 2)], 'NOT_FINITE'],
    [
      'that is native and twice',
      [0, 1].map(() => ({ labels: {}, value: null, histogram: { count: 0, sum: 0, buckets: [] } })),
      'MANY_SERIES',
    ],
    [
      'that is native and does not add up',
      [{ labels: {}, value: null, histogram: { count: 5, sum: 0, buckets: [[0, 1, 2, 3]] } }],
      'BUCKETS_INVALID',
    ],
  ])('%s is no data', (_what, samples, code) => {
    expect(() => latencyBuckets(samples)).toThrow(failing(code));
  });
});
