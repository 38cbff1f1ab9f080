// What is noted of a request that is over: metrics of each, a log line of those that failed or were slow.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { activeRequest } from './active-request.ts';
import type { ServerMetrics } from './metrics.ts';

/** What to do with a request that is over. */
export type Answered = (request: FastifyRequest, reply: FastifyReply) => void;

export interface RequestLogOptions {
  readonly metrics: ServerMetrics;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** From which latency on a request is logged although all went well, milliseconds. */
  readonly slowMs: number;
}

/** The status that was answered; 499 (as nginx has it) where the caller left before. */
export function finalStatus(reply: FastifyReply): number {
  return reply.raw.writableEnded ? reply.statusCode : 499;
}

/** Failed and slow requests are logged at `info`, all others at `debug`, so a busy server does not write a line per request. */
export function requestLog({ metrics, now, slowMs }: RequestLogOptions): Answered {
  return (request, reply) => {
    const active = activeRequest(request);
    const latencyMs = now() - active.startedAt;
    const status = finalStatus(reply);
    metrics.http(request.method, active.route, status, latencyMs / 1000);
    if (active.policy.errors === 'graphql') metrics.graphql(active.operationKind ?? 'refused', status, latencyMs / 1000);
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
  };
}
