import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf } from './request-context.ts';
import { traceparent } from './trace-context.ts';

/** On every answer; a route that serves a page sets its own `content-security-policy`. */
export const securityHeaderFields = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  vary: 'Authorization, Cookie',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Sets the headers of every answer of the framework; an answer from the cache brings its own. */
export function commonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const { requestId, trace } = contextOf(request);
  reply.headers(securityHeaderFields).header('x-request-id', requestId).header('traceparent', traceparent(trace));
}
