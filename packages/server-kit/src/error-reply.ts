// Writes every error of the server in one of two shapes: HTTP routes `{error: {…}}`, GraphQL `{errors: [{…}]}`.
import type { ErrorBody } from '@promotable/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { graphqlError } from './graphql/graphql-error.ts';
import { visibleError, type VisibleError } from './mask-errors.ts';
import { contextOf } from './request-context.ts';
import { commonHeaders } from './security-headers.ts';

/** Answers an error in the shape of the route and notes it for the log; what the caller may not see is logged here. */
export function replyError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const visible = visibleError(error);
  noteError(error, visible, request);
  commonHeaders(request, reply);
  errorHeaders(visible, reply);
  const { requestId } = contextOf(request);
  const { errors, errorFields } = request.routeOptions.config;
  const body = errors === 'graphql' ? { errors: [graphqlError(visible, requestId)] } : { ...errorFields, ...errorBody(visible, requestId) };
  return reply.code(visible.status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

/** The body of an HTTP error. */
export function errorBody(visible: Pick<VisibleError, 'code' | 'message' | 'faults'>, requestId: string): ErrorBody {
  return {
    error: {
      code: visible.code,
      message: visible.message,
      faults: visible.faults.map(({ path, code, message }) => ({ path, code, message })),
      requestId,
    },
  };
}

export function errorHeaders(visible: VisibleError, reply: FastifyReply): void {
  if (visible.retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(visible.retryAfterSeconds))));
  if (visible.allow !== undefined) reply.header('allow', visible.allow.join(', '));
  if (visible.status === 401) reply.header('www-authenticate', 'Bearer');
}

/** Logs what is hidden from the caller: the reason of a refusal, the whole error behind a 5xx. */
export function noteError(error: unknown, visible: VisibleError, request: FastifyRequest): void {
  const context = contextOf(request);
  context.errorCode = visible.code;
  const fields = { error_code: visible.code, ...(visible.reason === undefined ? {} : { reason: visible.reason }) };
  if (visible.status >= 500) context.log.error({ ...fields, err: error }, 'request failed');
  else context.log.info(fields, 'request refused');
}
