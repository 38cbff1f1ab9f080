// The pricing backend, one process for both versions: it answers each call after 25 ms and any number at a time, so whatever takes longer waits elsewhere.
import { createServer } from 'node:http';
import { listen } from './listen.ts';

const answerAfterMs = 25;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const priceCents = 100 * (request.url ?? '').length;
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ priceCents })), answerAfterMs);
});

process.once('SIGTERM', () => process.exit(0));
await listen(server);
