// Windows of stage evidence, as the plots and tables show them.
import type { ToldEvidence } from './told.ts';

interface Measure {
  readonly p95Ms: number;
  readonly p99Ms: number | null;
  readonly errorRate: number;
}

export interface SloWindow {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly until: number;
  readonly samples: number | null;
  readonly stableSamples: number | null;
  readonly canary: Measure;
  /** Null where no stable version was running. */
  readonly stable: Measure | null;
  readonly counts: boolean;
  readonly ledgerPosition: number | null;
}

export interface StageOfWindows {
  readonly environment: string;
  readonly stage: string;
  /** The earliest first. */
  readonly windows: readonly SloWindow[];
}

export function stagesOfWindows(evidence: readonly ToldEvidence[]): StageOfWindows[] {
  const all = evidence.flatMap((record) => {
    const window = windowOf(record);
    return window === null ? [] : [{ environment: record.environment ?? '', stage: record.checkpoint ?? '', window }];
  });
  const stages = Map.groupBy(all, ({ environment, stage }) => JSON.stringify([environment, stage]));
  return [...stages.values()]
    .map((found) => ({
      environment: found[0]?.environment ?? '',
      stage: found[0]?.stage ?? '',
      windows: found.map(({ window }) => window).sort((a, b) => a.until - b.until),
    }))
    .sort((a, b) => a.environment.localeCompare(b.environment) || (a.windows[0]?.until ?? 0) - (b.windows[0]?.until ?? 0));
}

function windowOf(record: ToldEvidence): SloWindow | null {
  const slo = record.items.find(({ item }) => item === 'slo');
  if (slo === undefined || record.observedFrom === null || record.observedUntil === null) return null;
  const { canary, stable } = slo.value as { canary?: unknown; stable?: unknown };
  const measured = measureOf(canary);
  if (measured === null) return null;
  return {
    id: record.id,
    from: Date.parse(record.observedFrom),
    until: Date.parse(record.observedUntil),
    samples: slo.samples,
    stableSamples: slo.stableSamples,
    canary: measured,
    stable: measureOf(stable),
    counts: slo.countsFor.length > 0,
    ledgerPosition: record.ledgerPosition,
  };
}

function measureOf(value: unknown): Measure | null {
  const { p95Ms, p99Ms, errorRate } = (value ?? {}) as { p95Ms?: unknown; p99Ms?: unknown; errorRate?: unknown };
  if (typeof p95Ms !== 'number' || typeof errorRate !== 'number') return null;
  return { p95Ms, p99Ms: typeof p99Ms === 'number' ? p99Ms : null, errorRate };
}
