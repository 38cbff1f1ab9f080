import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrivalMs, arrivalsBy } from './arrivals.ts';

it('offers 120 requests each second, the first after a 120th of it', () => {
  expect([0, 8, 9, 1000, 8000].map((elapsed) => arrivalsBy(elapsed, 120))).toEqual([0, 0, 1, 120, 960]);
});

it('sends each request when it is due and not before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 1000 }), (n, perSecond) => {
      // A millionth of a millisecond is what floating point may take away.
      expect(arrivalsBy(arrivalMs(n, perSecond) + 1e-6, perSecond)).toBe(n);
      expect(arrivalsBy(arrivalMs(n, perSecond) - 1e-6, perSecond)).toBe(n - 1);
    }),
  );
});
