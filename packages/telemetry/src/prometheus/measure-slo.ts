// One version in one window, out of Prometheus: fresh, whole, or an error that says what is missing and why.
import { assertWindow, type TimeWindow } from '../observation.ts';
import type { BucketReading } from './bucket-quantile.ts';
import type { LabelMatchers } from './label-matchers.ts';
import { finite, noData, only } from './no-data.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import type { QueryTemplate } from './query-template.ts';
import { renderQuery } from './query-template.ts';
import { type MeasuredSlo, sloFigures } from './slo-figures.ts';

/** Whose window is measured, by which queries. */
export interface MeasureSloOptions {
  readonly client: PrometheusClient;
  readonly template: QueryTemplate;
  /** Whose series. */
  readonly matchers: LabelMatchers;
  readonly window: TimeWindow;
  /** When it is measured, milliseconds since the Unix epoch: the newest sample is looked for up to here. */
  readonly nowMs: number;
  /** What is said of a percentile inside its bucket. @default 'interpolated' */
  readonly reading?: BucketReading | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * p95, p99, error rate and number of requests of a window. The percentiles are milliseconds, rounded up to whole microseconds.
 * @throws {TelemetryError} why there is no data: `NO_SERIES`, `MANY_SERIES`, `NOT_FINITE`, `NO_TRAFFIC`, `LAGGING` (retryable), `WINDOW_NOT_COVERED`,
 * `STATUS_LABEL_ABSENT`, `BUCKETS_INVALID`, `QUANTILE_ABOVE_BUCKETS`, `FIGURES_INCONSISTENT`; and what {@link PrometheusClient.instant} throws
 */
export async function measureSlo(options: MeasureSloOptions): Promise<MeasuredSlo> {
  const { template, window } = options;
  assertWindow(window);
  // Data that is late or has a hole looks like less traffic; so this is known before the figures are asked for.
  await assertFresh(options);
  await assertCovered(options);
  const { client, reading, signal } = options;
  const words = wordsOf(options);
  return sloFigures(template, (text) => client.instant(renderQuery(text, words), { atMs: window.untilMs, signal }), reading);
}

async function assertFresh({ client, template, matchers, window, nowMs, signal }: MeasureSloOptions): Promise<void> {
  const newest = `max(timestamp(${renderQuery(template.presence, wordsOf({ matchers, window }))}))`;
  const at = finite(only(await client.instant(newest, { atMs: nowMs, signal }), 'the newest sample'), 'the newest sample') * 1000;
  if (at < window.untilMs)
    throw noData('LAGGING', `the newest sample is ${((window.untilMs - at) / 1000).toFixed(1)} s older than the end of the window`);
}

/** A counter tells what happened since its first sample in the window; without one at its start, nobody knows since when. */
async function assertCovered({ client, template, matchers, window, signal }: MeasureSloOptions): Promise<void> {
  const atStart = `count(${renderQuery(template.presence, wordsOf({ matchers, window }))})`;
  const samples = await client.instant(atStart, { atMs: window.fromMs, signal });
  if (samples.length === 0) throw noData('WINDOW_NOT_COVERED', 'Prometheus knew no series yet when the window began');
}

function wordsOf({ matchers, window }: Pick<MeasureSloOptions, 'matchers' | 'window'>) {
  return { matchers, windowMs: window.untilMs - window.fromMs };
}
