// Which trace a request belongs to, and whether it is recorded: decided once, before anything else is done for it.
import { ROOT_CONTEXT, type Span, SpanKind, trace as api } from '@opentelemetry/api';
import type { RandomHex } from './random-hex.ts';
import { type TraceContext, traceContext } from './trace-context.ts';

/** Knows what the program's sampler says of a trace before a span is made for it; `startTracing` of `@promotable/telemetry` brings one. */
export interface TraceSampling {
  /** Whether a trace of this id (32 lowercase hex characters) is recorded where no caller has decided. */
  isSampled(traceId: string): boolean;
  /** Makes the first span that `begin` makes, one without a parent, begin the trace of this id. */
  withTraceId<T>(traceId: string, begin: () => T): T;
}

export interface RequestTrace {
  readonly trace: TraceContext;
  /** Null where the request is not sampled, or nobody started tracing. */
  readonly span: Span | null;
}

/** Continues the trace that a `traceparent` header names or begins one. */
export type TraceRequest = (method: string, header: unknown) => RequestTrace;

const tracer = api.getTracer('@promotable/server-kit');
const options = { kind: SpanKind.SERVER };

/** Without `sampling` the program's tracer is asked about each request, which costs more. */
export function requestTraces(random: RandomHex, sampling: TraceSampling | undefined): TraceRequest {
  const begin = (method: string, traceId: string): Span => {
    const start = (): Span => tracer.startSpan(method, options, ROOT_CONTEXT);
    return sampling === undefined ? start() : sampling.withTraceId(traceId, start);
  };
  return (method, header) => {
    const trace = traceContext(header, random);
    const { traceId, parentId } = trace;
    if (sampling !== undefined && !(parentId === null ? sampling.isSampled(traceId) : isSampledBy(trace))) return { trace, span: null };
    const span = parentId === null ? begin(method, traceId) : tracer.startSpan(method, options, remote(trace, parentId));
    // What nobody records keeps the ids that logs and decisions name.
    if (!span.isRecording()) return { trace, span: null };
    const begun = span.spanContext();
    return { trace: { traceId: begun.traceId, spanId: begun.spanId, parentId, flags: '01' }, span };
  };
}

function isSampledBy({ flags }: TraceContext): boolean {
  return (Number.parseInt(flags, 16) & 1) === 1;
}

function remote(trace: TraceContext, spanId: string) {
  return api.setSpanContext(ROOT_CONTEXT, { traceId: trace.traceId, spanId, traceFlags: isSampledBy(trace) ? 1 : 0, isRemote: true });
}
