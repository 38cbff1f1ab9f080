// What was measured before, for when Prometheus lags or is away: always with the time it is of.
import { Count, faultsOf, Quantity, SloMeasure } from '@promotable/contracts';
import { z } from 'zod';
import { TelemetryError } from '../errors.ts';
import type { TimeWindow } from '../observation.ts';
import { type LabelMatchers, renderMatchers } from './label-matchers.ts';
import { measurePatiently, type Patience } from './measure-patiently.ts';
import type { MeasureSloOptions } from './measure-slo.ts';
import type { MeasuredSlo } from './slo-figures.ts';

/** The form of a kept window. */
export const SloSnapshot = z.strictObject({
  /** Whose series: label matchers as PromQL writes them. */
  selector: z.string(),
  template: z.string(),
  fromMs: Quantity,
  untilMs: Quantity,
  samples: Count,
  measure: SloMeasure,
});

/** What one version did in one window, some time ago. */
export type SloSnapshot = z.infer<typeof SloSnapshot>;

/** Form of the file that holds snapshots. */
export const SloSnapshots = z.strictObject({
  schema: z.literal('https://promotable.dev/slo-snapshots/v1'),
  snapshots: z.array(SloSnapshot).max(64),
});

/** Keeps the latest window of each version. */
export interface SnapshotCache {
  /** @throws {TelemetryError} `SNAPSHOT_INVALID` for what is not as it was kept */
  find(template: string, matchers: LabelMatchers): Promise<SloSnapshot | null>;
  keep(snapshot: SloSnapshot): Promise<void>;
}

/** A measured window, as it is kept. */
export function snapshotOf(
  template: string,
  matchers: LabelMatchers,
  { fromMs, untilMs }: TimeWindow,
  { samples, measure }: MeasuredSlo,
): SloSnapshot {
  return { selector: renderMatchers(matchers), template, fromMs, untilMs, samples, measure };
}

/** Measures one version now and keeps it, for when Prometheus lags later. @throws {TelemetryError} as {@link measureSlo} does */
export async function takeSnapshot(
  options: Omit<MeasureSloOptions, 'nowMs'> & Patience & { readonly snapshots: SnapshotCache },
): Promise<SloSnapshot> {
  const snapshot = snapshotOf(options.template.name, options.matchers, options.window, await measurePatiently(options));
  await options.snapshots.keep(snapshot);
  return snapshot;
}

/** Where a {@link fileSnapshots} keeps its text. */
export interface SnapshotFile {
  /** The text, null where there is none yet. */
  read(): Promise<string | null>;
  /** Replaces it whole. */
  write(text: string): Promise<void>;
}

/** Snapshots in one JSON text, the latest of at most 64 versions. */
export function fileSnapshots(file: SnapshotFile): SnapshotCache {
  const all = async (): Promise<SloSnapshot[]> => {
    const text = await file.read();
    return text === null ? [] : parsed(text);
  };
  return {
    async find(template, matchers) {
      const selector = renderMatchers(matchers);
      return (await all()).find((snapshot) => snapshot.template === template && snapshot.selector === selector) ?? null;
    },
    async keep(snapshot) {
      const others = (await all()).filter(({ template, selector }) => template !== snapshot.template || selector !== snapshot.selector);
      const snapshots = [snapshot, ...others].slice(0, 64);
      await file.write(`${JSON.stringify({ schema: 'https://promotable.dev/slo-snapshots/v1', snapshots }, null, 2)}\n`);
    },
  };
}

function parsed(text: string): SloSnapshot[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TelemetryError('SNAPSHOT_INVALID', 'the snapshots are no JSON', { cause, status: 400 });
  }
  const result = SloSnapshots.safeParse(value);
  if (result.success) return result.data.snapshots;
  throw new TelemetryError('SNAPSHOT_INVALID', 'these are no snapshots', { faults: faultsOf(result.error), status: 400 });
}
