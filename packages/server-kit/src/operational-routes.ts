// `/healthz`, `/readyz` and `/metrics`: for the platform, without a token, so they tell names and numbers only.
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Readiness } from './readiness.ts';

export interface OperationalRoutes {
  readonly ready: () => Promise<Readiness>;
  readonly isDraining: () => boolean;
  readonly registry: Registry;
}

export function operationalRoutes(app: FastifyInstance, { ready, isDraining, registry }: OperationalRoutes): void {
  const config = { public: true, unlimited: true } as const;
  app.get('/healthz', { config }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config }, async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'draining', checks: [] });
    const { ready: isReady, checks } = await ready();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', checks });
  });
  app.get('/metrics', { config }, async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
