import { TelemetryError, type TelemetryErrorCode } from '../errors.ts';
import type { Reading } from './prometheus-answer.ts';

/** The codes that say why nothing can be said. */
export type NoDataCode = Extract<
  TelemetryErrorCode,
  | 'NO_SERIES'
  | 'MANY_SERIES'
  | 'NOT_FINITE'
  | 'NO_TRAFFIC'
  | 'LAGGING'
  | 'WINDOW_NOT_COVERED'
  | 'STATUS_LABEL_ABSENT'
  | 'BUCKETS_INVALID'
  | 'QUANTILE_ABOVE_BUCKETS'
  | 'FIGURES_INCONSISTENT'
>;

/** Nothing can be said: neither a zero nor a pass. What only needs time is retryable. */
export function noData(code: NoDataCode, message: string): TelemetryError {
  return new TelemetryError(code, message, { retryable: code === 'LAGGING', status: 503 });
}

/** The number of a reading: finite, not negative. @throws {TelemetryError} `NOT_FINITE` */
export function finite({ value }: Pick<Reading, 'value'>, what: string): number {
  if (value === null || !Number.isFinite(value) || value < 0)
    throw noData('NOT_FINITE', `${what} is ${value ?? 'a histogram'}, no number from 0`);
  return value;
}

/** The one element of a vector. @throws {TelemetryError} `NO_SERIES`, `MANY_SERIES` */
export function only<T>(samples: readonly T[], what: string): T {
  const [sample] = samples;
  if (sample === undefined) throw noData('NO_SERIES', `${what} has no series`);
  if (samples.length > 1)
    throw noData('MANY_SERIES', `${what} has ${samples.length} series and must have one; aggregate them in the query`);
  return sample;
}
