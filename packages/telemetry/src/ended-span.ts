// Spans that are over when they are made, as the exporter reads them: the SDK's own are made to be changed, which costs several times as much.
import { type Attributes, type HrTime, type SpanContext, SpanKind, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** A request that a server has answered. */
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

/** One that went well. @param scope name of the package that answered, which a trace shows as the instrumentation scope */
export function endedSpan(scope: string, resource: Resource, request: EndedRequest): ReadableSpan {
  const { traceId, parentId, startTime } = request;
  const endTime = Math.max(startTime, request.endTime);
  const spanContext: SpanContext = { traceId, spanId: request.spanId, traceFlags: 1 };
  return {
    name: request.name,
    kind: SpanKind.SERVER,
    spanContext: () => spanContext,
    ...(parentId === null ? {} : { parentSpanContext: { traceId, spanId: parentId, traceFlags: 1, isRemote: true } }),
    startTime: hrTime(startTime),
    endTime: hrTime(endTime),
    duration: hrTime(endTime - startTime),
    ended: true,
    status: unset,
    attributes: request.attributes,
    links: [],
    events: [],
    resource,
    instrumentationScope: { name: scope },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const unset: SpanStatus = { code: SpanStatusCode.UNSET };

/** Whole seconds and the nanoseconds after them. */
function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
