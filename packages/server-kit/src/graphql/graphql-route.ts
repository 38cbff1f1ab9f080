// `/graphql`: registered operations by POST, registered queries by GET.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { activeRequest } from '../active-request.ts';
import { errorHeaders, noteError } from '../error-reply.ts';
import type { JsonBounds } from '../json-body.ts';
import { principalOf } from '../request-context.ts';
import { ServerKitError } from '../server-kit-error.ts';
import { executeOperation } from './execute-operation.ts';
import { graphqlQuery, graphqlRequest, type GraphqlRequest } from './graphql-request.ts';
import type { OperationRegistry } from './operation-registry.ts';

export interface GraphqlRoute {
  /** @default '/graphql' */
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly registry: OperationRegistry;
  readonly bounds: JsonBounds;
}

export function graphqlRoute(app: FastifyInstance, { path, schema, registry, bounds }: GraphqlRoute): void {
  async function answer(request: FastifyRequest, reply: FastifyReply, asked: GraphqlRequest): Promise<FastifyReply> {
    const context = activeRequest(request);
    context.op = asked.operation.name;
    context.operationKind = asked.operation.kind;
    const { status, body, errors } = await executeOperation(schema, asked, {
      principal: principalOf(request),
      requestId: context.requestId,
      traceId: context.trace.traceId,
      log: context.log,
      signal: context.signal,
      setProvenanceId: (id) => {
        context.provenanceId = id;
      },
    });
    for (const { error, visible } of [...errors].reverse()) {
      noteError(error, visible, request);
      errorHeaders(visible, reply);
    }
    return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
  }

  app.register(async (scope) => {
    const config = { errors: 'graphql' } as const;
    scope.post(path, { config }, (request, reply) => answer(request, reply, graphqlRequest(registry, request.body)));
    scope.get(path, { config: { ...config, session: true }, exposeHeadRoute: false }, (request, reply) => {
      const asked = graphqlQuery(registry, request.query, bounds);
      if (asked.operation.kind !== 'query')
        throw new ServerKitError('METHOD_NOT_ALLOWED', 'Mutations are answered by POST alone.', { status: 405, allow: ['POST'] });
      return answer(request, reply, asked);
    });
  });
}
