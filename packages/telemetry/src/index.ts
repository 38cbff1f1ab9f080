export { listedLabels } from './listed-labels.ts';
export { TelemetryError } from './errors.ts';
export { nearestRank } from './nearest-rank.ts';
export { createObservationLog } from './observation-log.ts';
export { sloWindow } from './slo-window.ts';

export type { TelemetryErrorCode } from './errors.ts';
export type { RequestObservation, TimeWindow } from './observation.ts';
export type { FinishRequest, ObservationLog, ObservationLogOptions, Unmeasured } from './observation-log.ts';
export type { NoSamples, SloWindow } from './slo-window.ts';
