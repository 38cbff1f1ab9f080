// One log line and one observation per answered request.
import type { Clock } from '@promotable/contracts';
import type { FastifyInstance } from 'fastify';
import type { ServerMetrics } from './metrics.ts';
import { contextOf } from './request-context.ts';

export function requestLog(app: FastifyInstance, metrics: ServerMetrics, clock: Clock): void {
  app.addHook('onResponse', async (request, reply) => {
    const context = contextOf(request);
    const latencyMs = clock.monotonic() - context.startedAt;
    // The path itself may hold what a caller put there by mistake; the route's pattern cannot.
    metrics.http(request.method, request.routeOptions.url ?? 'unmatched', reply.statusCode, latencyMs / 1000);
    context.log.info({
      provenance_id: context.provenanceId,
      tenant_id: context.principal?.tenant ?? null,
      op: context.op,
      latency_ms: Math.round(latencyMs * 1000) / 1000,
      error_code: context.errorCode,
      status: reply.statusCode,
      principal: context.principal?.id ?? null,
      span_id: context.trace.spanId,
    }, 'request');
  });
}
