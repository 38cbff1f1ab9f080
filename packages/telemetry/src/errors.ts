import { CodedError } from '@promotable/contracts';

/** What is wrong with a window, an observation or a log. */
export type TelemetryErrorCode =
  | 'INVALID_WINDOW'
  | 'INVALID_OBSERVATION'
  | 'INVALID_CAPACITY'
  | 'ALREADY_FINISHED'
  | 'INVALID_TRACING'
  | 'TRACING_UNAVAILABLE'
  | 'TRACING_STARTED';

/** Every error that this package throws on purpose. */
export class TelemetryError extends CodedError<TelemetryErrorCode> {}
