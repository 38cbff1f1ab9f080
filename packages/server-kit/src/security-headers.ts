import type { FastifyReply } from 'fastify';

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

export function securityHeaders(reply: FastifyReply): void {
  reply.headers(securityHeaderFields);
}
