// What is noted of a request that is over: metrics of each, a log line of those that failed or were slow.
import type { Logger, Principal } from '@promotable/contracts';
import type { ServerMetrics } from './metrics.ts';
import type { RoutePolicy } from './request-context.ts';
import type { TraceContext } from './trace-context.ts';

/** What there is to say of a request that is over. */
export interface AnsweredRequest {
  readonly method: string;
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Monotonic clock at arrival, milliseconds. */
  readonly startedAt: number;
  readonly route: string;
  readonly policy: RoutePolicy;
  readonly op: string;
  readonly operationKind: 'query' | 'mutation' | null;
  readonly principal: Principal | null;
  readonly errorCode: string | null;
  readonly provenanceId: string | null;
  readonly log: Logger & { isDebugged(): boolean };
}

/** Takes note of requests that are over; status 499 (as nginx has it) where the caller left before. */
export interface RequestLog {
  /** Metrics, listener, and the line. */
  answered(request: AnsweredRequest, status: number): void;
  /** The line alone, where there is one to write. */
  line(request: AnsweredRequest, status: number, latencyMs: number): void;
}

export interface RequestLogOptions {
  readonly metrics: ServerMetrics;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** From which latency on a request is logged although all went well, milliseconds. */
  readonly slowMs: number;
  /** Told of each request of a known caller. */
  readonly onAnswered?: AnsweredListener | undefined;
}

/** Told of each request of a known caller once it is over; it must not throw and takes no time worth mentioning. */
export type AnsweredListener = (request: { readonly principal: Principal; readonly op: string; readonly status: number }) => void;

/** Failed and slow requests are logged at `info`, all others at `debug`, so a busy server does not write a line per request. */
export function requestLog({ metrics, now, slowMs, onAnswered }: RequestLogOptions): RequestLog {
  function line(active: AnsweredRequest, status: number, latencyMs: number): void {
    const isNotable = status >= 400 || active.errorCode !== null || latencyMs >= slowMs;
    if (!isNotable && !active.log.isDebugged()) return;
    const fields = {
      provenance_id: active.provenanceId,
      tenant_id: active.principal?.tenant ?? null,
      op: active.op,
      latency_ms: Math.round(latencyMs * 1000) / 1000,
      error_code: active.errorCode ?? (status === 499 ? 'CALLER_LEFT' : null),
      status,
      principal: active.principal?.id ?? null,
      span_id: active.trace.spanId,
    };
    if (isNotable) active.log.info(fields, 'request');
    else active.log.debug(fields, 'request');
  }

  return {
    line,
    answered(active, status) {
      const latencyMs = now() - active.startedAt;
      metrics.http(active.method, active.route, status, latencyMs / 1000);
      if (active.policy.errors === 'graphql') metrics.graphql(active.operationKind ?? 'refused', status, latencyMs / 1000);
      if (onAnswered !== undefined && active.principal !== null) onAnswered({ principal: active.principal, op: active.op, status });
      line(active, status, latencyMs);
    },
  };
}
