import { CodedError } from '@promotable/contracts';

/** What is wrong with a window, an observation, a log or tracing; with a question to Prometheus; or why its answer says nothing. */
export type TelemetryErrorCode =
  | 'INVALID_WINDOW'
  | 'INVALID_OBSERVATION'
  | 'INVALID_CAPACITY'
  | 'ALREADY_FINISHED'
  | 'INVALID_TRACING'
  | 'TRACING_UNAVAILABLE'
  | 'TRACING_STARTED'
  | 'INVALID_PROMETHEUS'
  | 'INVALID_SELECTOR'
  | 'INVALID_TEMPLATE'
  | 'INVALID_PRICE_BOOK'
  | 'SNAPSHOT_INVALID'
  | 'PROMETHEUS_UNREACHABLE'
  | 'PROMETHEUS_REFUSED'
  | 'PROMETHEUS_ANSWER_INVALID'
  | 'PROMETHEUS_ANSWER_TOO_LARGE'
  | 'PROMETHEUS_WARNED'
  | 'NO_SERIES'
  | 'MANY_SERIES'
  | 'NOT_FINITE'
  | 'NO_TRAFFIC'
  | 'LAGGING'
  | 'WINDOW_NOT_COVERED'
  | 'STATUS_LABEL_ABSENT'
  | 'BUCKETS_INVALID'
  | 'QUANTILE_ABOVE_BUCKETS'
  | 'FIGURES_INCONSISTENT';

/** Every error that this package throws on purpose. */
export class TelemetryError extends CodedError<TelemetryErrorCode> {}
