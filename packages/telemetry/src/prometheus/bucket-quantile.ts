import type { LatencyBuckets } from './latency-buckets.ts';
import { noData } from './no-data.ts';

/** What is said of a request whose bucket is known and whose latency is not. */
export type BucketReading = 'interpolated' | 'upper-bound';

/**
 * The latency within which a fraction of all requests were answered, in the unit of the buckets.
 *
 * A histogram tells the bucket and not the place in it. `interpolated` spreads its requests evenly and answers what `histogram_quantile` answers for a
 * classic histogram (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile); `upper-bound` answers the end of the bucket, which the true value never exceeds.
 * Where the quantile lies in the last, endless bucket, `histogram_quantile` answers the bucket's lower end, less than the truth; this is no data instead.
 *
 * @throws {TelemetryError} `NO_TRAFFIC` without a request, `QUANTILE_ABOVE_BUCKETS`
 */
export function bucketQuantile({ buckets, count }: LatencyBuckets, fraction: number, reading: BucketReading): number {
  if (count <= 0) throw noData('NO_TRAFFIC', 'no request was answered in the window');
  // Sums of fractions of requests end within a rounding error of the total.
  const rank = fraction * count * (1 - Number.EPSILON * buckets.length);
  let below = 0;
  for (const { lower, upper, count: inside } of buckets) {
    if (inside > 0 && below + inside >= rank) {
      if (upper === Infinity)
        throw noData(
          'QUANTILE_ABOVE_BUCKETS',
          `percentile ${fraction * 100} lies above ${lower}, where the histogram has no further bucket; add some`,
        );
      return reading === 'upper-bound' ? upper : lower + (upper - lower) * ((rank - below) / inside);
    }
    below += inside;
  }
  throw noData('BUCKETS_INVALID', 'the buckets of the histogram hold fewer requests than its count says');
}
