// W3C Trace Context as text, for places where no header travels: the variable `TRACEPARENT`, a column of a database.
// https://www.w3.org/TR/trace-context/#traceparent-header and https://opentelemetry.io/docs/specs/otel/context/env-carriers/
import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What a `traceparent` names; null where it is absent or malformed. */
export function spanContextOf(traceparent: string | null | undefined): SpanContext | null {
  const [, version, traceId, spanId, flags, rest] = shape.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : null;
}

/** The context to begin a span in that continues `traceparent`; one without a parent where there is none. */
export function contextOfTraceparent(traceparent: string | null | undefined): Context {
  const spanContext = spanContextOf(traceparent);
  return spanContext === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** `00-<trace>-<span>-<flags>`. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`;
}
