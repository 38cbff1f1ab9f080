// The figures of one version, from whatever answers its queries: all of them, or an error that says which one is missing and why.
import type { SloMeasure } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import { type AnswerCounts, countByStatus } from './answer-counts.ts';
import { type BucketReading, bucketQuantile } from './bucket-quantile.ts';
import { latencyBuckets } from './latency-buckets.ts';
import { finite, noData, only } from './no-data.ts';
import type { VectorSample } from './prometheus-answer.ts';
import type { QueryTemplate } from './query-template.ts';

/** What one version did in one window. */
export interface MeasuredSlo {
  /** Requests answered, rounded down: extrapolation must not make up the one that was missing. */
  readonly samples: number;
  /** Requests that failed; may be a fraction. */
  readonly failures: number;
  readonly measure: SloMeasure;
}

/** Answers one query of a template. */
export type Ask = (text: string) => Promise<readonly Pick<VectorSample, 'labels' | 'value' | 'histogram'>[]>;

/**
 * p95, p99, error rate and number of requests. The percentiles are milliseconds, rounded up to whole microseconds.
 * @throws {TelemetryError} why there is no data
 */
export async function sloFigures(template: QueryTemplate, ask: Ask, reading: BucketReading = 'interpolated'): Promise<MeasuredSlo> {
  const [counts, latency, open] = await Promise.all([answersOf(template, ask), latencyOf(template, ask, reading), openOf(template, ask)]);
  const { requests, failures } = counts;
  const samples = Math.floor(Math.min(requests, latency.requests ?? requests) + 1e-6);
  if (samples === 0) throw noData('NO_TRAFFIC', 'no request was answered in the window');
  assertConsistent(counts, latency.requests, template.name);
  const { p95Ms, p99Ms } = latency;
  return { samples, failures, measure: { p95Ms, p99Ms, errorRate: Math.min(1, failures / requests), open } };
}

/** Every query of a template, with its words. */
export function queriesOf({ answers, latency, open }: QueryTemplate): readonly string[] {
  const counts = 'byStatus' in answers ? [answers.byStatus] : [answers.requests, answers.failures];
  const times = 'buckets' in latency ? [latency.buckets] : [latency.p95, ...(latency.p99 === undefined ? [] : [latency.p99])];
  return [...counts, ...times, ...(open === undefined ? [] : [open])];
}

async function answersOf({ answers }: QueryTemplate, ask: Ask): Promise<AnswerCounts> {
  if ('byStatus' in answers) return countByStatus(await ask(answers.byStatus), answers.label);
  const [requests, failures] = await Promise.all([
    number(ask, answers.requests, 'the number of requests'),
    number(ask, answers.failures, 'the number of failures'),
  ]);
  return { requests, failures };
}

interface Latency {
  readonly p95Ms: number;
  readonly p99Ms: SloMeasure['p99Ms'];
  /** Null where the template knows percentiles alone. */
  readonly requests: number | null;
}

async function latencyOf({ latency, unit }: QueryTemplate, ask: Ask, reading: BucketReading): Promise<Latency> {
  const toMs = (value: number): number => Math.ceil(value * (unit === 's' ? 1000 : 1) * 1000 - 1e-6) / 1000;
  if ('buckets' in latency) {
    const buckets = latencyBuckets(await ask(latency.buckets));
    const p99Ms = () => toMs(bucketQuantile(buckets, 0.99, reading));
    return { p95Ms: toMs(bucketQuantile(buckets, 0.95, reading)), p99Ms: orNotMeasured(p99Ms), requests: buckets.count };
  }
  const [p95, p99] = await Promise.all([
    number(ask, latency.p95, 'p95'),
    latency.p99 === undefined ? null : number(ask, latency.p99, 'p99'),
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

/** Where no gauge tells, nothing is said: a 0 would be a figure. */
async function openOf({ open }: QueryTemplate, ask: Ask): Promise<SloMeasure['open']> {
  const samples = open === undefined ? [] : await ask(open);
  return samples.length === 0
    ? { absent: 'NOT_MEASURED' }
    : Math.round(finite(only(samples, 'the number of open requests'), 'the number of open requests'));
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

async function number(ask: Ask, text: string, what: string): Promise<number> {
  return finite(only(await ask(text), what), what);
}
