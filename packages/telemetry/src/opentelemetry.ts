// Starting OpenTelemetry in a program of ours; libraries import `./tracing` alone.
export { startTracing } from './start-tracing.ts';
export { isTracingWanted, tracingEnvironment } from './tracing-environment.ts';

export type { EndedRequest } from './ended-span.ts';
export type { HeadSampling } from './head-sampling.ts';
export type { StartTracingOptions, Tracing } from './start-tracing.ts';
export type { Environment, TracingEnvironment } from './tracing-environment.ts';
