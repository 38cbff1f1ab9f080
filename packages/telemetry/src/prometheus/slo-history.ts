// What a service did in the past, window by window, as a gate would have measured it.
import type { Clock } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import type { BucketReading } from './bucket-quantile.ts';
import type { LabelMatchers } from './label-matchers.ts';
import type { MatrixSeries, Reading } from './prometheus-answer.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import { type QueryTemplate, renderQuery } from './query-template.ts';
import { queriesOf, sloFigures } from './slo-figures.ts';

/** Whose past is read, by which queries, and how far back. */
export interface SloHistoryOptions {
  readonly client: PrometheusClient;
  readonly template: QueryTemplate;
  /** Whose series. */
  readonly matchers: LabelMatchers;
  /** How many days back, from now. */
  readonly days: number;
  /** Length of each window, milliseconds. @default 600_000 */
  readonly windowMs?: number | undefined;
  /** Label that tells releases apart, such as `rollouts_pod_template_hash`; each is then measured by itself. @default all together */
  readonly releaseLabel?: string | undefined;
  /** What is said of a percentile inside its bucket. @default 'interpolated' */
  readonly reading?: BucketReading | undefined;
  readonly clock: Clock;
  /** Hears of each day that was read, from 1. @default nobody */
  readonly onDay?: ((day: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One window of the past. */
export interface PastWindow {
  /** Its end, milliseconds since the Unix epoch. */
  readonly untilMs: number;
  /** Value of the release label; null where none was asked for. */
  readonly release: string | null;
  readonly samples: number;
  readonly p95Ms: number;
  /** Null where it was not measured. */
  readonly p99Ms: number | null;
  readonly errorRate: number;
}

/** Twenty-four hours of the past. */
export interface PastDay {
  /** Milliseconds since the Unix epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** In order of their ends. */
  readonly windows: readonly PastWindow[];
  /** Windows that say nothing, by the code that says why; those without traffic are not among them. */
  readonly unusable: Readonly<Record<string, number>>;
}

const dayMs = 86_400_000;

/**
 * Reads the past, day by day, oldest first. A window that says nothing is counted and left out, never a zero.
 * @throws {TelemetryError} `INVALID_TEMPLATE` where releases are asked for and the template cannot group by them; `NO_SERIES` where the whole past is empty;
 * what {@link PrometheusClient.range} throws
 */
export async function sloHistory(options: SloHistoryOptions): Promise<readonly PastDay[]> {
  const { days, windowMs = 600_000, releaseLabel, clock, onDay } = options;
  // What was open at some moment of the past tells nothing.
  const { open: _, ...template } = options.template;
  if (releaseLabel !== undefined && !queriesOf(template).every((text) => text.includes('$by')))
    throw new TelemetryError('INVALID_TEMPLATE', `the template ${template.name} cannot tell releases apart: its queries have no word $by`, {
      status: 400,
    });
  const untilMs = Math.floor(clock.now() / windowMs) * windowMs;
  const past: PastDay[] = [];
  for (let day = days; day > 0; day -= 1) {
    past.push(await readDay({ ...options, template, windowMs }, untilMs - day * dayMs, untilMs - (day - 1) * dayMs));
    onDay?.(past.length);
  }
  if (past.every(({ windows, unusable }) => windows.length === 0 && Object.keys(unusable).length === 0))
    throw new TelemetryError('NO_SERIES', `Prometheus has nothing about these series in ${days} days`, { status: 503 });
  return past;
}

type Slice = Map<
  string,
  { readonly labels: Readonly<Record<string, string>>; readonly value: number | null; readonly histogram: Reading['histogram'] }[]
>;

async function readDay(options: SloHistoryOptions & { readonly windowMs: number }, fromMs: number, untilMs: number): Promise<PastDay> {
  const { client, template, matchers, windowMs, releaseLabel, reading, signal } = options;
  const words = { matchers, windowMs, by: releaseLabel };
  const range = { fromMs: fromMs + windowMs, untilMs, stepMs: windowMs, signal };
  const slices = new Map<string, Slice>();
  // One after the other: two weeks of buckets are no reason to press Prometheus.
  for (const text of queriesOf(template)) slices.set(text, sliced(await client.range(renderQuery(text, words), range), releaseLabel));
  const by = releaseLabel === undefined ? '' : ` by (${releaseLabel})`;
  const known = sliced(
    await client.range(`count${by} (${renderQuery(template.presence, words)} offset ${windowMs}ms)`, range),
    releaseLabel,
  );
  const windows: PastWindow[] = [];
  const unusable: Record<string, number> = {};
  for (const [at, release] of [...(slices.get(queriesOf(template)[0] ?? '')?.keys() ?? [])].map(momentOf)) {
    const key = keyOf(at, release);
    try {
      if (!known.has(key)) throw new TelemetryError('WINDOW_NOT_COVERED', 'no series yet when the window began');
      const { samples, measure } = await sloFigures(template, async (text) => slices.get(text)?.get(key) ?? [], reading);
      const { p95Ms, p99Ms, errorRate } = measure;
      windows.push({ untilMs: at, release, samples, p95Ms, p99Ms: typeof p99Ms === 'number' ? p99Ms : null, errorRate });
    } catch (error) {
      if (!(error instanceof TelemetryError)) throw error;
      if (error.code !== 'NO_TRAFFIC') unusable[error.code] = (unusable[error.code] ?? 0) + 1;
    }
  }
  return { fromMs, untilMs, windows: windows.sort((a, b) => a.untilMs - b.untilMs), unusable };
}

/** A range, cut into what an instant query would have answered at each moment for each release. */
function sliced(matrix: readonly MatrixSeries[], releaseLabel: string | undefined): Slice {
  const slices: Slice = new Map();
  for (const { labels, readings } of matrix) {
    const release = releaseLabel === undefined ? null : (labels[releaseLabel] ?? '');
    for (const { atMs, value, histogram } of readings) {
      const key = keyOf(atMs, release);
      const slice = slices.get(key) ?? [];
      slices.set(key, slice);
      slice.push({ labels, value, histogram });
    }
  }
  return slices;
}

function keyOf(atMs: number, release: string | null): string {
  return JSON.stringify([atMs, release]);
}

function momentOf(key: string): readonly [number, string | null] {
  return JSON.parse(key) as [number, string | null];
}
