import type { Measured } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { renderMeasured } from './measured.ts';

const measured: Measured = {
  evidenceId: 'a'.repeat(64),
  window: { from: '2026-11-21T12:00:00Z', until: '2026-11-21T12:05:00Z' },
  samples: 12_000,
  p95Ms: 237.506,
  p99Ms: null,
  errorRate: 0.00521,
  stable: { samples: 18_000, p95Ms: 240, errorRate: 0 },
  budget: { p95Ms: 350, p99Ms: null, errorRate: 0.02 },
  cost: { graphqlPerMillionUsd: 0.01337, ingestPerThousandUsd: null, estimated: true },
};

describe('what a window showed', () => {
  it('is one line with its budgets, the stable version and the cost', () => {
    expect(renderMeasured(measured)).toBe(
      '  measured: p95 237.51 ms (budget 350 ms) · errors 0.521 % (budget 2 %) · 12000 requests in 300 s · stable p95 240 ms, errors 0 % · estimated unit cost $0.0134 a million requests\n',
    );
  });

  it('says what is not known, and leaves out what is not there', () => {
    const bare = { ...measured, samples: null, stable: null, cost: null, budget: { p95Ms: null, p99Ms: null, errorRate: null } };
    expect(renderMeasured(bare)).toBe(
      '  measured: p95 237.51 ms (budget none) · errors 0.521 % (budget none) · unknown requests in 300 s\n',
    );
  });
});
