import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianInterval, percentile, signTest, spread } from './statistics.ts';

describe('the median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the interval for the median', () => {
  it('leaves out as many values at each end as 95 % allow', () => {
    // Binomial tables: with 9 values the 2nd and 8th cover 96.1 %, with 6 the whole range covers 96.9 %, with 5 only 93.8 %.
    expect(medianInterval([9, 8, 7, 6, 5, 4, 3, 2, 1])).toMatchObject({ low: 2, high: 8, confidence: expect.closeTo(0.961, 3) });
    expect(medianInterval([1, 2, 3, 4, 5, 6])).toMatchObject({ low: 1, high: 6, confidence: expect.closeTo(0.969, 3) });
    expect(medianInterval([1, 2, 3, 4, 5])).toMatchObject({ low: 1, high: 5, confidence: expect.closeTo(0.938, 3) });
    expect(medianInterval([7])).toMatchObject({ low: 7, high: 7, confidence: 0 });
  });

  it('holds the median, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }), (values) => {
        const { low, high } = medianInterval(values);
        expect(low <= median(values) && median(values) <= high).toBe(true);
      }),
    );
  });
});

describe('the sign test', () => {
  it('tells how likely so uneven a split would be by chance', () => {
    expect(signTest([1.2, 1.1, 1.3, 1.2, 1.1, 1.2, 1.4, 1.2, 1.2])).toEqual({ above: 9, below: 0, p: expect.closeTo(2 / 512, 6) });
    expect(signTest([0.9, 1.1, 0.9, 1.1])).toEqual({ above: 2, below: 2, p: 1 });
    expect(signTest([1, 1, 1])).toEqual({ above: 0, below: 0, p: 1 });
  });
});

it('spread is the range in parts of the median', () => expect(spread([8, 10, 12])).toBe(0.4));

it('percentiles are values that occurred', () => {
  const ordered = Array.from({ length: 100 }, (_value, index) => index + 1);
  expect([percentile(ordered, 0.5), percentile(ordered, 0.95), percentile([5], 0.99)]).toEqual([50, 95, 5]);
});
