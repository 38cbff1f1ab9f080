// A histogram as one list of buckets, whichever way Prometheus keeps it.
import { finite, noData } from './no-data.ts';
import type { NativeHistogram, VectorSample } from './prometheus-answer.ts';

/** Requests with a latency above `lower` and up to `upper`, in the unit of the histogram. */
export interface LatencyBucket {
  readonly lower: number;
  /** Infinity for the last one of a classic histogram. */
  readonly upper: number;
  readonly count: number;
}

/** Buckets in ascending order. */
export interface LatencyBuckets {
  readonly buckets: readonly LatencyBucket[];
  /** Sum of all counts. */
  readonly count: number;
}

/** @throws {TelemetryError} `NO_SERIES`, `NOT_FINITE`, `BUCKETS_INVALID`, `MANY_SERIES` */
export function latencyBuckets(samples: readonly Pick<VectorSample, 'labels' | 'value' | 'histogram'>[]): LatencyBuckets {
  const [first] = samples;
  if (first === undefined) throw noData('NO_SERIES', 'the histogram of the latency has no series');
  if (first.histogram === null) return classic(samples);
  if (samples.length > 1) throw noData('MANY_SERIES', `${samples.length} native histograms where one was asked for`);
  return native(first.histogram);
}

function classic(samples: readonly Pick<VectorSample, 'labels' | 'value'>[]): LatencyBuckets {
  const cumulative = samples
    .map((sample) => ({ upper: boundOf(sample.labels['le']), count: finite(sample, `the bucket le="${sample.labels['le']}"`) }))
    .sort((a, b) => a.upper - b.upper);
  const last = cumulative.at(-1);
  if (last?.upper !== Infinity) throw noData('BUCKETS_INVALID', 'the histogram has no bucket le="+Inf"');
  if (new Set(cumulative.map(({ upper }) => upper)).size < cumulative.length)
    throw noData('BUCKETS_INVALID', 'the histogram has a bucket twice; sum its series by (le)');
  // A scrape is not atomic, so a lower bucket may be ahead of a higher one. Cut down to it: counting the request as slower is the safe side.
  let ceiling = last.count;
  const counts = cumulative.toReversed().map(({ count }) => (ceiling = Math.min(ceiling, count)));
  counts.reverse();
  const buckets = cumulative.map(({ upper }, index) => ({
    lower: cumulative[index - 1]?.upper ?? Math.min(0, upper),
    upper,
    count: (counts[index] ?? 0) - (counts[index - 1] ?? 0),
  }));
  return { buckets, count: last.count };
}

function boundOf(le: string | undefined): number {
  const bound = le === '+Inf' ? Infinity : Number(le);
  if (le === undefined || le.trim() === '' || Number.isNaN(bound)) throw noData('BUCKETS_INVALID', `the bucket le="${le}" has no bound`);
  return bound;
}

function native({ buckets, count }: NativeHistogram): LatencyBuckets {
  const total = finite({ value: count }, 'the count of the histogram');
  const ordered = buckets
    // The zero bucket reaches below 0, where no latency is.
    .map(([, lower, upper, inside]) => ({
      lower: Math.max(0, lower),
      upper,
      count: finite({ value: inside }, 'a bucket of the histogram'),
    }))
    .sort((a, b) => a.upper - b.upper);
  const listed = ordered.reduce((sum, { count: inside }) => sum + inside, 0);
  if (Math.abs(listed - total) > 1e-6 * Math.max(1, total))
    throw noData('BUCKETS_INVALID', `the buckets of the histogram hold ${listed} requests, its count says ${total}`);
  return { buckets: ordered, count: listed };
}
