// One stage, measured: the canary and the stable version in the same window, with what is known from before where Prometheus is late.
import { type Clock, isCodedError, type SloMeasure, type SloValue } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import type { TimeWindow } from '../observation.ts';
import type { BucketReading } from './bucket-quantile.ts';
import { type LabelMatchers, renderMatchers } from './label-matchers.ts';
import { measurePatiently } from './measure-patiently.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import type { QueryTemplate } from './query-template.ts';
import type { MeasuredSlo } from './slo-figures.ts';
import { type SloSnapshot, type SnapshotCache, snapshotOf } from './slo-snapshot.ts';
import { earliestStart, longestWindowMs, type StageTiming, stageWindow, widerWindow, type WindowPending } from './stage-window.ts';

/** What a stage is measured by, whose series they are, and what to do while Prometheus is late. */
export interface CollectStageOptions {
  readonly client: PrometheusClient;
  readonly template: QueryTemplate;
  /** Series of the canary. */
  readonly canary: LabelMatchers;
  /** Series of the stable version; null states that none is running. */
  readonly stable: LabelMatchers | null;
  readonly timing: StageTiming;
  /** Requests that the budgets need; with fewer the window grows, up to an hour. */
  readonly samplesNeeded: number;
  /** Measures requests that are made for the purpose, where an hour of real ones is too little. @default none */
  readonly synthetic?: QueryTemplate | undefined;
  /** What was measured before. @default nothing is kept */
  readonly snapshots?: SnapshotCache | undefined;
  /** Age beyond which the stable version's snapshot says nothing any more, milliseconds. @default 86_400_000 (a day) */
  readonly snapshotMaxAgeMs?: number | undefined;
  /** How long to wait for Prometheus while it lags, milliseconds. @default 20_000 */
  readonly patienceMs?: number | undefined;
  /** First pause while it lags, milliseconds; doubled each time, with full jitter. @default 2000 */
  readonly pauseMs?: number | undefined;
  /** What is said of a percentile inside its bucket. @default 'interpolated' */
  readonly reading?: BucketReading | undefined;
  readonly clock: Clock;
  /** @default `Math.random` */
  readonly random?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A measured window of a stage, as stage evidence states it. */
export interface StageReading {
  /** When it was measured; that of an earlier window where `late` says so. */
  readonly window: TimeWindow;
  readonly slo: SloValue;
  readonly samples: { readonly slo: number; readonly stable?: number };
  /** Why figures from before stand in for fresh ones; null where all are fresh. `slo.source` says so too. */
  readonly late: TelemetryError | null;
}

const dayMs = 86_400_000;

/**
 * Measures the window of a stage that is due, or states when one will be.
 * @throws {TelemetryError} why there is no data, as {@link measureSlo} does; `INVALID_SELECTOR` where canary and stable version are the same series
 */
export async function collectStage(options: CollectStageOptions): Promise<StageReading | WindowPending> {
  const { canary, stable, timing, clock } = options;
  assertTwoVersions(canary, stable);
  const due = stageWindow(clock.now(), timing);
  if ('absent' in due) return due;
  const measured = await canaryIn(due, options);
  const beside = stable === null ? null : await stableIn(measured.window, stable, { ...options, template: measured.template });
  const notes = [...measured.notes, ...(beside?.notes ?? [])];
  return {
    window: measured.window,
    slo: {
      source: notes.join(', '),
      canary: measured.measure,
      stable: beside?.measure ?? { absent: 'NO_STABLE' },
      ...(measured.real === null ? {} : { synthetic: measured.real }),
    },
    samples: { slo: measured.samples, ...(beside?.samples === undefined ? {} : { stable: beside.samples }) },
    late: measured.late ?? beside?.late ?? null,
  };
}

interface Canary {
  readonly window: TimeWindow;
  readonly measure: SloMeasure;
  readonly samples: number;
  /** What it was measured by; the stable version is measured by the same. */
  readonly template: QueryTemplate;
  /** The real requests, where made ones were measured in their place. */
  readonly real: SloValue['synthetic'] | null;
  /** What `source` says of it. */
  readonly notes: readonly string[];
  readonly late: TelemetryError | null;
}

interface Stable {
  readonly measure: SloValue['stable'];
  readonly samples?: number;
  readonly notes: readonly string[];
  readonly late: TelemetryError | null;
}

async function canaryIn(due: TimeWindow, options: CollectStageOptions): Promise<Canary> {
  const { template, canary, timing, samplesNeeded, synthetic } = options;
  const notes = [`prometheus ${template.name}`];
  try {
    const { window, measured } = await grown(due, options);
    await options.snapshots?.keep(snapshotOf(template.name, canary, window, measured));
    const isScarce = measured.samples < samplesNeeded && window.untilMs - window.fromMs >= longestWindowMs;
    if (synthetic === undefined || !isScarce) return { window, ...measured, template, real: null, notes, late: null };
    const probed = await measurePatiently({ ...options, template: synthetic, matchers: canary, window: due });
    const real = { realSamples: measured.samples, realWindowMs: window.untilMs - window.fromMs };
    return { window: due, ...probed, template: synthetic, real, notes: [`synthetic prometheus ${synthetic.name}`], late: null };
  } catch (error) {
    const late = outageOf(error);
    const kept = await options.snapshots?.find(template.name, canary);
    // One of another stage, or of before the warm-up, would be refused anyhow.
    if (kept === null || kept === undefined || kept.fromMs < earliestStart(timing)) throw late;
    const { measure, samples } = kept;
    return { window: windowOf(kept), measure, samples, template, real: null, notes: [...notes, 'cached'], late };
  }
}

/** The window, grown while it holds too few requests. */
async function grown(
  due: TimeWindow,
  options: CollectStageOptions,
): Promise<{ readonly window: TimeWindow; readonly measured: MeasuredSlo }> {
  let window = due;
  let measured = await measurePatiently({ ...options, matchers: options.canary, window });
  for (let wider = widerWindow(window, options.timing); measured.samples < options.samplesNeeded && wider !== null; ) {
    window = wider;
    measured = await measurePatiently({ ...options, matchers: options.canary, window });
    wider = widerWindow(window, options.timing);
  }
  return { window, measured };
}

async function stableIn(window: TimeWindow, stable: LabelMatchers, options: CollectStageOptions): Promise<Stable> {
  try {
    const measured = await measurePatiently({ ...options, matchers: stable, window });
    await options.snapshots?.keep(snapshotOf(options.template.name, stable, window, measured));
    return { ...measured, notes: [], late: null };
  } catch (error) {
    // It runs and nobody asks it anything: that is a finding, and no reason to say nothing of the canary.
    if (isCodedError(error) && error.code === 'NO_TRAFFIC')
      return { measure: { absent: 'NOT_MEASURED' }, notes: ['stable idle'], late: null };
    const late = outageOf(error);
    const kept = await options.snapshots?.find(options.template.name, stable);
    const ageMs = window.untilMs - (kept?.untilMs ?? 0);
    if (kept === null || kept === undefined || ageMs > (options.snapshotMaxAgeMs ?? dayMs)) throw late;
    // A window of its own age, so the comparison is not of the same minutes: the evidence says so.
    const notes = ageMs === 0 ? [] : [`stable ${Math.ceil(ageMs / 60_000)} min old`];
    return { measure: kept.measure, samples: kept.samples, notes, late };
  }
}

/** What a snapshot may stand in for: data that is late or cannot be fetched. That there is none, or a wrong one, is the finding itself. */
function outageOf(error: unknown): TelemetryError {
  if (isCodedError(error) && error instanceof TelemetryError && error.retryable) return error;
  throw error;
}

function windowOf({ fromMs, untilMs }: SloSnapshot): TimeWindow {
  return { fromMs, untilMs };
}

function assertTwoVersions(canary: LabelMatchers, stable: LabelMatchers | null): void {
  const [own, other] = [renderMatchers(canary), stable === null ? null : renderMatchers(stable)];
  if (own === '' || other === '')
    throw new TelemetryError('INVALID_SELECTOR', 'nothing tells the series of one version from others', { status: 400 });
  if (own === other) throw new TelemetryError('INVALID_SELECTOR', 'canary and stable version are told by the same labels', { status: 400 });
}
