// The module's routes over real HTTP, with tokens that name their tenant; what a server kit does besides is not shown here.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isCodedError } from '@promotable/contracts';
import type { GateModule, RouteRequest } from '../server.ts';
import { principal, type World } from './world.ts';

export interface HttpGate {
  readonly url: string;
  /** Requests answered so far. */
  readonly requests: { count: number };
  close(): Promise<void>;
}

type Handler = (request: RouteRequest) => Promise<unknown>;

/** Serves a world on a free port; `/.well-known/promotable/keys.json` included. */
export async function serve(world: World): Promise<HttpGate> {
  const handlers = routesOf(world.module);
  const keySet = await world.keySetBundle();
  const requests = { count: 0 };
  const server = createServer((request, response) => {
    requests.count++;
    if (request.url === '/.well-known/promotable/keys.json') return reply(response, 200, { keySet, jwks: { keys: [] } });
    answer(handlers, request).then(
      (body) => reply(response, 200, body),
      (error: unknown) =>
        isCodedError(error)
          ? reply(response, error.status, { error: { code: error.code, message: error.message, faults: error.faults, requestId: 'r' } })
          : reply(response, 500, {}),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function routesOf(module: GateModule): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  module.routes(
    {
      get: (path, _options, handler) => handlers.set(`GET ${path}`, handler),
      post: (path, _options, handler) => handlers.set(`POST ${path}`, handler),
    },
    { metrics: null },
  );
  return handlers;
}

async function answer(handlers: Map<string, Handler>, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '', 'http://gate.test');
  const id = /^\/v1\/decisions\/(.+)$/.exec(url.pathname)?.[1];
  const handler = handlers.get(`${request.method} ${id === undefined ? url.pathname : '/v1/decisions/:id'}`);
  if (handler === undefined) throw new Error(`no route ${request.url}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const tenant = request.headers.authorization?.replace('Bearer ', '') ?? 'nobody';
  const promotable = { principal: principal(tenant), trace: { traceId: '0'.repeat(32) }, provenanceId: null };
  return handler({
    body: text === '' ? undefined : JSON.parse(text),
    params: { id },
    query: Object.fromEntries(url.searchParams),
    promotable,
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
