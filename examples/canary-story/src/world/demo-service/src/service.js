import { createServer } from 'node:http';
import createRouter from 'find-my-way';
import pLimit from 'p-limit';

/**
 * The HTTP server of the service; not yet listening.
 *
 * @param {{ releaseId: string, poolSize: number, price: (sku: string) => Promise<number> }} options
 */
export function createService({ releaseId, poolSize, price }) {
  const slots = pLimit(poolSize);
  const router = createRouter({ defaultRoute: (_request, response) => answer(response, 404, { error: 'NOT_FOUND' }) });

  router.on('GET', '/healthz', (_request, response) =>
    answer(response, 200, { releaseId, busy: slots.activeCount, waiting: slots.pendingCount }),
  );

  router.on('GET', '/quotes/:sku', async (_request, response, { sku }) => {
    try {
      // Whoever hung up while waiting takes no slot from those who did not.
      const priceCents = await slots(() => (response.destroyed ? 0 : price(sku)));
      answer(response, 200, { sku, priceCents, releaseId });
    } catch {
      answer(response, 502, { error: 'BACKEND_FAILED' });
    }
  });

  // Longer than a proxy keeps an idle connection: the side that sends must be the one that closes, or it loses a request now and then.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => router.lookup(request, response));

  /** @param {import('node:http').ServerResponse} response */
  function answer(response, status, body) {
    if (response.destroyed) return;
    // A server that closes ends the connections that are idle by then; those still busy must end with their answer, or they keep it up for a minute.
    if (!server.listening) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
  return server;
}
