// The numbers beside a verdict, for people. Nothing here decides.
import type { Measured, ReleaseEvidence } from '@promotable/contracts';

/** What the counting window is held against; null = no budget. */
export type Budget = Measured['budget'];

/** The counting window and cost as measured; null where there is no window. */
export function measured({ slo, cost }: ReleaseEvidence, budget: Budget): Measured | null {
  if (slo === null || 'absent' in slo.counting.value) return null;
  const { evidenceId, observed, samples, stableSamples, value } = slo.counting;
  const { canary, stable } = value;
  return {
    evidenceId,
    window: { from: new Date(observed.from).toISOString(), until: new Date(observed.until).toISOString() },
    samples,
    p95Ms: canary.p95Ms,
    p99Ms: numberOrNull(canary.p99Ms),
    errorRate: canary.errorRate,
    stable: 'absent' in stable ? null : { samples: stableSamples, p95Ms: stable.p95Ms, errorRate: stable.errorRate },
    budget,
    cost: costOf(cost),
  };
}

function costOf(cost: ReleaseEvidence['cost']): Measured['cost'] {
  if (cost === null || 'absent' in cost.counting.value) return null;
  const { graphqlPerMillionUsd, ingestPerThousandUsd, estimated } = cost.counting.value;
  return { graphqlPerMillionUsd: numberOrNull(graphqlPerMillionUsd), ingestPerThousandUsd: numberOrNull(ingestPerThousandUsd), estimated };
}

function numberOrNull(value: number | { readonly absent: string }): number | null {
  return typeof value === 'number' ? value : null;
}
