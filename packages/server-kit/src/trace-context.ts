// W3C Trace Context: reads and writes `traceparent` and nothing else.
// https://www.w3.org/TR/trace-context/#traceparent-header
import type { RandomHex } from './random-hex.ts';

/** The trace that a request belongs to. */
export interface TraceContext {
  /** 32 lowercase hex characters, not all zero. */
  readonly traceId: string;
  /** Id of this server's part, 16 lowercase hex characters. */
  readonly spanId: string;
  /** Id of the caller's part; null where this server began the trace. */
  readonly parentId: string | null;
  /** Trace flags of the caller, 2 hex characters; `00` (not sampled) for a new trace. */
  readonly flags: string;
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Continues the caller's trace, or starts one where the header is absent or malformed. */
export function traceContext(header: unknown, random: RandomHex): TraceContext {
  const spanId = random(8);
  if (header === undefined) return { traceId: random(16), spanId, parentId: null, flags: '00' };
  const [, version, traceId, parentId, flags, rest] = (typeof header === 'string' && shape.exec(header)) || [];
  const valid =
    traceId !== undefined &&
    parentId !== undefined &&
    flags !== undefined &&
    version !== 'ff' &&
    !(version === '00' && rest !== undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentId);
  return valid ? { traceId, spanId, parentId, flags } : { traceId: random(16), spanId, parentId: null, flags: '00' };
}

/** The `traceparent` header of this server's part. */
export function traceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;
}
