import type { CostValue, ItemRecord, ReleaseEvidence, SloMeasure } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { standing, unknownRelease, windowRecord } from '../testing/evidence.ts';
import { digestA, startOfTime } from '../testing/world.ts';
import { measured } from './measured.ts';

const budget = { p95Ms: 350, p99Ms: null, errorRate: 0.02 };
const noBudget = { p95Ms: null, p99Ms: null, errorRate: null };
const window = windowRecord({ until: startOfTime, digests: [digestA] });
const absent = { absent: 'NOT_MEASURED' } as const;
const canary: SloMeasure = { p95Ms: 120.5, p99Ms: 240.25, errorRate: 0.001, open: 0 };

function withWindow(value: ItemRecord<typeof window.value>['value'], changes: Partial<ReleaseEvidence> = {}): ReleaseEvidence {
  return { ...unknownRelease, slo: standing({ ...window, value }), ...changes };
}

function costing(value: ItemRecord<CostValue>['value']): ReleaseEvidence['cost'] {
  return standing<CostValue>({ ...window, value });
}

describe('the numbers beside a verdict', () => {
  it('are those of the counting window, exact, beside the budget', () => {
    const evidence = withWindow({ source: 'splitter', canary, stable: { ...canary, p95Ms: 118 } });
    expect(measured(evidence, budget)).toEqual({
      evidenceId: window.evidenceId,
      window: { from: '2026-11-21T10:55:00.000Z', until: '2026-11-21T11:00:00.000Z' },
      samples: 7200,
      p95Ms: 120.5,
      p99Ms: 240.25,
      errorRate: 0.001,
      stable: { samples: 28_800, p95Ms: 118, errorRate: 0.001 },
      budget,
      cost: null,
    });
  });

  it('are null where nothing was measured', () => {
    expect(measured(unknownRelease, budget)).toBeNull();
    expect(measured(withWindow({ absent: 'NOT_MEASURED' }), budget)).toBeNull();
    const bare = withWindow({ source: 'splitter', canary: { ...canary, p99Ms: absent }, stable: { absent: 'NO_STABLE' } });
    expect(measured(bare, noBudget)).toMatchObject({ p95Ms: 120.5, p99Ms: null, stable: null, budget: noBudget, cost: null });
  });

  it('hold the cost of the release, each unit by itself', () => {
    const cost = (value: Parameters<typeof costing>[0]) =>
      measured(withWindow({ source: 'splitter', canary, stable: canary }, { cost: costing(value) }), budget)?.cost;
    expect(cost({ graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: absent, estimated: true })).toEqual({
      graphqlPerMillionUsd: 1.8,
      ingestPerThousandUsd: null,
      estimated: true,
    });
    expect(cost({ graphqlPerMillionUsd: absent, ingestPerThousandUsd: 0, estimated: false })).toEqual({
      graphqlPerMillionUsd: null,
      ingestPerThousandUsd: 0,
      estimated: false,
    });
    expect(cost({ absent: 'NOT_MEASURED' })).toBeNull();
  });
});
