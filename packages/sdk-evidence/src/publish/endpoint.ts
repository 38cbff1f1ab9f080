import { faulty } from '../fault-list.ts';

/**
 * The GraphQL URL of MC, from its base URL or from the GraphQL URL itself: `/graphql` is there once, whichever was given.
 * @throws {EvidenceError} `EVIDENCE_INVALID` for anything but http(s), and for a URL that holds a password
 */
export function graphqlEndpoint(url: string): URL {
  const endpoint = URL.parse(url);
  // The text itself is not repeated: it may hold a password.
  const refuse = (message: string) => faulty('EVIDENCE_INVALID', 'URL of MC', [{ path: '/url', code: 'invalid_url', message }]);
  if (endpoint === null || !['http:', 'https:'].includes(endpoint.protocol)) throw refuse('must be an http or https URL');
  if (endpoint.username !== '' || endpoint.password !== '') throw refuse('must not hold a user name or a password; give a token');
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, '').replace(/\/graphql$/, '')}/graphql`;
  endpoint.search = '';
  endpoint.hash = '';
  return endpoint;
}
