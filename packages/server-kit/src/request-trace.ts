// Which trace a request belongs to, and whether it is recorded: decided once, before anything else is done for it.
import { ROOT_CONTEXT, type Span, SpanKind, trace as api } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { RandomHex } from './random-hex.ts';
import type { RoutePolicy } from './request-context.ts';
import { type TraceContext, traceContext } from './trace-context.ts';

const tracer = api.getTracer('@promotable/server-kit');
const options = { kind: SpanKind.SERVER };

export interface RequestTrace {
  readonly trace: TraceContext;
  /** Null where the request is not sampled, or nobody started tracing. */
  readonly span: Span | null;
}

/** Continues the caller's trace or begins one; the program's sampler decides whether it is recorded. Probes never are. */
export function requestTrace({ method, headers }: FastifyRequest, { unlimited }: RoutePolicy, random: RandomHex): RequestTrace {
  const trace = traceContext(headers.traceparent, random);
  if (unlimited === true) return { trace, span: null };
  const span = tracer.startSpan(method, options, trace.parentId === null ? ROOT_CONTEXT : remote(trace, trace.parentId));
  // What nobody records keeps the ids that logs and decisions name.
  if (!span.isRecording()) return { trace, span: null };
  const { traceId, spanId } = span.spanContext();
  return { trace: { traceId, spanId, parentId: trace.parentId, flags: '01' }, span };
}

function remote({ traceId, flags }: TraceContext, spanId: string) {
  return api.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true });
}
