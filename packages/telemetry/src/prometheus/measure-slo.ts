// One version in one window, out of Prometheus: either every figure, or an error that says which one is missing and why.
import type { SloMeasure } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import { assertWindow, type TimeWindow } from '../observation.ts';
import { type AnswerCounts, countByStatus } from './answer-counts.ts';
import { type BucketReading, bucketQuantile } from './bucket-quantile.ts';
import type { LabelMatchers } from './label-matchers.ts';
import { latencyBuckets } from './latency-buckets.ts';
import { finite, noData, only } from './no-data.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import type { QueryTemplate } from './query-template.ts';
import { renderQuery } from './query-template.ts';

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

/** What one version did in one window. */
export interface MeasuredSlo {
  /** Requests answered, rounded down: extrapolation must not make up the one that was missing. */
  readonly samples: number;
  /** Requests that failed; may be a fraction. */
  readonly failures: number;
  readonly measure: SloMeasure;
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
  const [counts, latency, open] = await Promise.all([answersOf(options), latencyOf(options), openOf(options)]);
  const { requests, failures } = counts;
  const samples = Math.floor(Math.min(requests, latency.requests ?? requests) + 1e-6);
  if (samples === 0) throw noData('NO_TRAFFIC', 'no request was answered in the window');
  assertConsistent(counts, latency.requests, template.name);
  const { p95Ms, p99Ms } = latency;
  return { samples, failures, measure: { p95Ms, p99Ms, errorRate: Math.min(1, failures / requests), open } };
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

async function answersOf(options: MeasureSloOptions): Promise<AnswerCounts> {
  const { answers } = options.template;
  if ('byStatus' in answers) return countByStatus(await ask(options, answers.byStatus), answers.label);
  const [requests, failures] = await Promise.all([
    number(options, answers.requests, 'the number of requests'),
    number(options, answers.failures, 'the number of failures'),
  ]);
  return { requests, failures };
}

interface Latency {
  readonly p95Ms: number;
  readonly p99Ms: SloMeasure['p99Ms'];
  /** Null where the template knows percentiles alone. */
  readonly requests: number | null;
}

async function latencyOf(options: MeasureSloOptions): Promise<Latency> {
  const { latency, unit } = options.template;
  const toMs = (value: number): number => Math.ceil(value * (unit === 's' ? 1000 : 1) * 1000 - 1e-6) / 1000;
  if ('buckets' in latency) {
    const buckets = latencyBuckets(await ask(options, latency.buckets));
    const reading = options.reading ?? 'interpolated';
    const p99Ms = () => toMs(bucketQuantile(buckets, 0.99, reading));
    return { p95Ms: toMs(bucketQuantile(buckets, 0.95, reading)), p99Ms: orNotMeasured(p99Ms), requests: buckets.count };
  }
  const [p95, p99] = await Promise.all([
    number(options, latency.p95, 'p95'),
    latency.p99 === undefined ? null : number(options, latency.p99, 'p99'),
  ]);
  return { p95Ms: toMs(p95), p99Ms: p99 === null ? { absent: 'NOT_MEASURED' } : toMs(p99), requests: null };
}

/** A p99 above the last bucket takes nothing from the p95. */
function orNotMeasured(p99Ms: () => number): SloMeasure['p99Ms'] {
  try {
    return p99Ms();
  } catch (error) {
    if (error instanceof TelemetryError && error.code === 'QUANTILE_ABOVE_BUCKETS') return { absent: 'NOT_MEASURED' };
    throw error;
  }
}

/** Where no gauge tells, 0: the contract has no word for it yet, and no rule reads it. */
async function openOf(options: MeasureSloOptions): Promise<number> {
  const { open } = options.template;
  if (open === undefined) return 0;
  const samples = await ask(options, open);
  return samples.length === 0 ? 0 : Math.round(finite(only(samples, 'the number of open requests'), 'the number of open requests'));
}

/** Two counts of the same requests differ by a scrape at most. */
function assertConsistent({ requests, failures }: AnswerCounts, timed: number | null, template: string): void {
  const most = Math.max(requests, timed ?? requests);
  if (failures > requests * 1.01 + 1)
    throw noData(
      'FIGURES_INCONSISTENT',
      `${failures} of ${requests} requests failed: the queries of ${template} speak of different requests`,
    );
  if (timed !== null && Math.abs(requests - timed) > most * 0.05 + 5)
    throw noData(
      'FIGURES_INCONSISTENT',
      `${requests} answers and ${timed} latencies: the queries of ${template} speak of different requests`,
    );
}

async function number(options: MeasureSloOptions, text: string, what: string): Promise<number> {
  return finite(only(await ask(options, text), what), what);
}

function ask({ client, matchers, window, signal }: MeasureSloOptions, text: string) {
  return client.instant(renderQuery(text, wordsOf({ matchers, window })), { atMs: window.untilMs, signal });
}

function wordsOf({ matchers, window }: Pick<MeasureSloOptions, 'matchers' | 'window'>) {
  return { matchers, windowMs: window.untilMs - window.fromMs };
}
