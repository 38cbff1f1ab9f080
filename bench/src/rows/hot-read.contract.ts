// The one question that all servers of these rows answer, with data in process: an answer of about 100 bytes, one tenant per token.
import { createHash } from 'node:crypto';
import type { LoadRequest } from '../load/load-request.ts';

export const sdl = `type Standing { service: String! release: String! verdict: String! p95Ms: Int! }
type Query { standing(service: String!): Standing! }`;
export const operation = 'query Standing($service: String!) { standing(service: $service) { service release verdict p95Ms } }';
/** As the manifest of persisted operations has it. */
export const id = createHash('sha256').update(operation).digest('hex');
export const variables = { service: 'checkout' };

export const standing = ({ service }: { readonly service: string }) => ({ service, release: '2026.11.21-1', verdict: 'pass', p95Ms: 231 });
export const answer = JSON.stringify({ data: { standing: standing(variables) } });

/** Headers of an answer of Mission Control, so that no server saves by saying less. */
export const answerHeaders = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  vary: 'Authorization, Cookie',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-request-id': '0123456789abcdef0123456789abcdef',
  traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-00',
  'content-type': 'application/json; charset=utf-8',
} as const;

/** How many callers there are, each with a token and a tenant of its own. */
export const callers = 1000;

/** What each caller asks of Mission Control. */
export function requestsOf(method: 'GET' | 'POST', tokens: readonly string[]): LoadRequest[] {
  const path = `/graphql?id=${id}&variables=${encodeURIComponent(JSON.stringify(variables))}`;
  return tokens.map((token) => {
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
    return method === 'GET'
      ? { method, path, headers }
      : {
          method,
          path: '/graphql',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ id, variables }),
        };
  });
}
