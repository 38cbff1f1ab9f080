// Which trace a request belongs to, and whether it is recorded: decided once, before anything else is done for it.
import { type Attributes, ROOT_CONTEXT, type Span, SpanKind, type SpanOptions, trace as api } from '@opentelemetry/api';
import type { RandomHex } from './random-hex.ts';
import { type TraceContext, traceContext } from './trace-context.ts';

/** Knows what the program's sampler says of a trace before a span is made for it; `startTracing` of `@promotable/telemetry` brings one. */
export interface TraceSampling {
  /** Whether a trace of this id (32 lowercase hex characters) is recorded where no caller has decided. */
  isSampled(traceId: string): boolean;
  /** Gives the first span that `begin` makes this id, and this trace where it has no parent. */
  withIds<T>(ids: { readonly traceId: string; readonly spanId: string }, begin: () => T): T;
  /** Delivers the span of a sampled request that is over and went well. @default it is made by the program's tracer, which costs more */
  record?(scope: string, request: EndedRequest): void;
}

/** A sampled request that is over and went well. */
export interface EndedRequest {
  readonly traceId: string;
  readonly spanId: string;
  /** Id of the caller's span; null where the trace began here. */
  readonly parentId: string | null;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** Milliseconds since the Unix epoch. */
  readonly endTime: number;
  readonly attributes: Attributes;
}

type SpanParts = Pick<EndedRequest, 'name' | 'startTime' | 'endTime' | 'attributes'>;

export interface RequestTrace {
  readonly trace: TraceContext;
  /** Null where the request is not sampled, or nobody started tracing. */
  readonly span: Span | null;
}

/** Continue the trace that a `traceparent` header names or begin one. */
export interface RequestTraces {
  /** With a span that begins now, for what is to have parts. */
  begin(method: string, header: unknown): RequestTrace;
  /** Without a span where it is known beforehand whether there will be one: {@link RequestTraces.record} makes it where {@link isRecorded} says so. */
  decide(method: string, header: unknown): RequestTrace;
  /** The span of a trace decided about, made afterwards, of a request that went well. */
  record(trace: TraceContext, span: SpanParts): void;
}

const scope = '@promotable/server-kit';
const tracer = api.getTracer(scope);

/** Without `sampling` the program's tracer is asked about each request, which costs more. */
export function requestTraces(random: RandomHex, sampling: TraceSampling | undefined): RequestTraces {
  const make = (trace: TraceContext, name: string, options?: SpanOptions): Span => {
    const start = (): Span => tracer.startSpan(name, { ...options, kind: SpanKind.SERVER }, parentOf(trace));
    return sampling === undefined ? start() : sampling.withIds(trace, start);
  };
  const decided = (header: unknown): TraceContext => {
    const trace = traceContext(header, random);
    return trace.parentId === null && sampling?.isSampled(trace.traceId) === true ? { ...trace, flags: '01' } : trace;
  };
  const begin = (method: string, header: unknown): RequestTrace => {
    const trace = decided(header);
    if (sampling !== undefined && !isRecorded(trace)) return { trace, span: null };
    const span = make(trace, method);
    // What nobody records keeps the ids that logs and decisions name.
    if (!span.isRecording()) return { trace, span: null };
    const { traceId, spanId } = span.spanContext();
    return { trace: { traceId, spanId, parentId: trace.parentId, flags: '01' }, span };
  };
  return {
    begin,
    decide: sampling === undefined ? begin : (_method, header) => ({ trace: decided(header), span: null }),
    record(trace, { name, endTime, ...options }) {
      if (sampling?.record === undefined) make(trace, name, options).end(endTime);
      else sampling.record(scope, { ...trace, name, endTime, ...options });
    },
  };
}

/** By its flags: https://www.w3.org/TR/trace-context/#sampled-flag */
export function isRecorded({ flags }: TraceContext): boolean {
  return flags !== '00' && (Number.parseInt(flags, 16) & 1) === 1;
}

function parentOf(trace: TraceContext) {
  const { traceId, parentId } = trace;
  if (parentId === null) return ROOT_CONTEXT;
  return api.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentId, traceFlags: isRecorded(trace) ? 1 : 0, isRemote: true });
}
