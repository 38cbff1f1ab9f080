// `/graphql`: registered operations by POST, registered queries by GET. Answers of cacheable operations are kept as bytes, under the very
// text of the request and the caller's grant: what was asked alike is answered alike, without parsing it again.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { activeRequest } from '../active-request.ts';
import { requireTenantNamed } from '../admission.ts';
import { errorHeaders, noteError } from '../error-reply.ts';
import { type Grant, grantsOf, maxKeyBytes } from '../hot-read/grant.ts';
import { type KeptAnswer, keptAnswer } from '../hot-read/kept-answer.ts';
import type { Reading } from '../hot-read/reading.ts';
import type { ResponseCache } from '../hot-read/response-cache.ts';
import { sendKept } from '../hot-read/send-kept.ts';
import { type JsonBounds, parseJson } from '../json-body.ts';
import { principalOf } from '../request-context.ts';
import { commonHeaders } from '../security-headers.ts';
import { ServerKitError } from '../server-kit-error.ts';
import { traceparent } from '../trace-context.ts';
import { executeOperation, type OperationAnswer } from './execute-operation.ts';
import { graphqlQuery, graphqlRequest, type GraphqlRequest } from './graphql-request.ts';
import type { OperationRegistry } from './operation-registry.ts';

export interface GraphqlRoute {
  /** @default '/graphql' */
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly registry: OperationRegistry;
  readonly bounds: JsonBounds;
  /** Null = every answer is computed. */
  readonly cache: ResponseCache | null;
  /** Told of each request for a cacheable operation. */
  readonly counted: (result: 'hit' | 'miss') => void;
}

export function graphqlRoute(app: FastifyInstance, { path, schema, registry, bounds, cache, counted }: GraphqlRoute): void {
  function execute(request: FastifyRequest, asked: GraphqlRequest, reading: Reading | null): Promise<OperationAnswer> {
    const active = activeRequest(request);
    return executeOperation(schema, asked, {
      principal: principalOf(request),
      requestId: active.requestId,
      traceId: active.trace.traceId,
      header(name) {
        const value = request.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      get traceparent() {
        return traceparent(active.trace);
      },
      log: active.log,
      get signal() {
        return active.signal;
      },
      setProvenanceId: (id) => {
        active.provenanceId = id;
      },
      reading,
    });
  }

  const whom = (request: FastifyRequest): Grant => grantsOf(principalOf(request))[request.method === 'GET' ? 'GET' : 'POST'];

  async function compute(request: FastifyRequest, reply: FastifyReply, asked: GraphqlRequest, text: string | null): Promise<void> {
    const active = activeRequest(request);
    active.op = asked.operation.name;
    active.operationKind = asked.operation.kind;
    if (cache === null || text === null || !asked.operation.cacheable)
      return sendComputed(request, reply, await execute(request, asked, null));
    counted('miss');
    let own: OperationAnswer | null = null;
    const kept = await cache.share(whom(request), text, async (reading) => {
      own = await execute(request, asked, reading);
      return own.errors.length === 0 ? keptAnswer(asked.operation.name, own.body) : null;
    });
    if (kept !== null) give(request, reply, kept);
    else sendComputed(request, reply, own as unknown as OperationAnswer);
  }

  /** The answer at hand, else null; without a promise, so that a hot read ends in the turn of the event loop in which it came. */
  function atHand(request: FastifyRequest, text: string | null): KeptAnswer | null {
    const kept = text === null ? undefined : cache?.get(whom(request), text);
    if (kept === undefined) return null;
    counted('hit');
    const active = activeRequest(request);
    active.op = kept.op;
    active.operationKind = 'query';
    return kept;
  }

  const give = (request: FastifyRequest, reply: FastifyReply, kept: KeptAnswer): void => {
    reply.hijack();
    sendKept(request.raw, reply.raw, activeRequest(request), kept);
  };

  app.register(async (scope) => {
    const config = { errors: 'graphql' } as const;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    scope.post(path, { config }, (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const text = body.length > maxKeyBytes ? null : body.toString('latin1');
      const kept = atHand(request, text);
      if (kept !== null) return give(request, reply, kept);
      const parsed = parseJson(body, bounds);
      requireTenantNamed(principalOf(request), parsed);
      return compute(request, reply, graphqlRequest(registry, parsed), text);
    });

    scope.get(path, { config: { ...config, session: true }, exposeHeadRoute: false }, (request, reply) => {
      const kept = atHand(request, request.url);
      if (kept !== null) return give(request, reply, kept);
      const asked = graphqlQuery(registry, request.query, bounds);
      if (asked.operation.kind !== 'query')
        throw new ServerKitError('METHOD_NOT_ALLOWED', 'Mutations are answered by POST alone.', { status: 405, allow: ['POST'] });
      return compute(request, reply, asked, request.url);
    });
  });
}

const contentType = 'application/json; charset=utf-8';

function sendComputed(request: FastifyRequest, reply: FastifyReply, { status, body, errors }: OperationAnswer): void {
  commonHeaders(request, reply);
  for (const { error, visible } of [...errors].reverse()) {
    noteError(error, visible, request);
    errorHeaders(visible, reply);
  }
  reply.code(status).type(contentType).send(JSON.stringify(body));
}
