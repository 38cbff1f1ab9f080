import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank } from './nearest-rank.ts';

describe('nearestRank', () => {
  it('gives the documented textbook values', () => {
    const values = [15, 20, 35, 40, 50];
    expect([5, 30, 40, 50, 100].map((percent) => nearestRank(values, percent))).toEqual([15, 20, 20, 35, 50]);
  });

  it('is the smallest measured value that at least the given share of all values does not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const sorted = values.toSorted((a, b) => a - b);
          const reaches = (candidate: number) => values.filter((value) => value <= candidate).length * 100 >= percent * values.length;
          expect(nearestRank(sorted, percent)).toBe(sorted.find(reaches));
        },
      ),
    );
  });

  it('does not slip a rank where 0.95 · n is not exact', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(nearestRank(values, 95)).toBe(95);
    expect(
      nearestRank(
        Array.from({ length: 20 }, (_, index) => index + 1),
        95,
      ),
    ).toBe(19);
  });

  it('refuses to name a percentile of nothing', () => {
    expect(() => nearestRank([], 95)).toThrow(RangeError);
  });
});
