import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minimumSamples } from './minimum-samples.ts';

it('gives the figures of the design', () => {
  expect([0.05, 0.01, 0.02, 0.001, 0.5, 0.000001, 0.96, 0.99].map(minimumSamples)).toEqual([59, 299, 149, 2995, 5, 2_995_731, 1, 1]);
});

it('is the least number of requests whose chance to hide the budget is at most 5 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.0001, max: 0.99, noNaN: true }), (budget) => {
      const samples = minimumSamples(budget);
      expect((1 - budget) ** samples).toBeLessThanOrEqual(0.05 * (1 + 1e-9));
      if (samples > 1) expect((1 - budget) ** (samples - 1)).toBeGreaterThan(0.05 * (1 - 1e-9));
    }),
  );
});
