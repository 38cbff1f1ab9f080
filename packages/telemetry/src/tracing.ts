// Spans for libraries: the OpenTelemetry API alone, which does nothing until a program starts an SDK.
export { spansOf } from './spans.ts';
export { contextOfTraceparent, spanContextOf, traceparentOf } from './traceparent.ts';
export { tracingFetch } from './tracing-fetch.ts';

export type { Spans, SpanSettings } from './spans.ts';
