// One log line and one observation per request, also of one whose caller left before the answer.
import type { Clock } from '@promotable/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerMetrics } from './metrics.ts';
import { contextOf } from './request-context.ts';

/** What to do with a request that is over. */
export type Answered = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Calls `answered` once the answer is sent or the connection is gone. Fastify's `onResponse` hook is silent in the second case,
 * so whatever must happen for every request (counts, locks) happens here.
 */
export function whenOver(reply: FastifyReply, answered: () => void): void {
  reply.raw.once('close', answered);
}

/** The status that was answered; 499 (as nginx has it) where the caller left before. */
export function finalStatus(reply: FastifyReply): number {
  return reply.raw.writableEnded ? reply.statusCode : 499;
}

export function requestLog(metrics: ServerMetrics, clock: Clock): Answered {
  return (request, reply) => {
    const context = contextOf(request);
    const latencyMs = clock.monotonic() - context.startedAt;
    const status = finalStatus(reply);
    // The path itself may hold what a caller put there by mistake; the route's pattern cannot.
    metrics.http(request.method, request.routeOptions.url ?? 'unmatched', status, latencyMs / 1000);
    context.log.info(
      {
        provenance_id: context.provenanceId,
        tenant_id: context.principal?.tenant ?? null,
        op: context.op,
        latency_ms: Math.round(latencyMs * 1000) / 1000,
        error_code: context.errorCode ?? (status === 499 ? 'CALLER_LEFT' : null),
        status,
        principal: context.principal?.id ?? null,
        span_id: context.trace.spanId,
      },
      'request',
    );
  };
}
