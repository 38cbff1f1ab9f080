// Keys of one OIDC issuer, fetched or given, with a revision number that changes when they do.
import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { ServerKitError } from '../server-kit-error.ts';
import { isMissingKey } from './jose-faults.ts';

export interface IssuerKeys {
  readonly key: JWTVerifyGetKey;
  revision(): number | Promise<number>;
}

export type Fetch = typeof globalThis.fetch;

/** A fixed key set; its revision never changes. */
export function fixedKeys(jwks: JSONWebKeySet): IssuerKeys {
  return { key: createLocalJWKSet(jwks), revision: () => 0 };
}

/**
 * The key set at `url`: fetched on first use, after ten minutes, and (at most every 30 s) for an unknown key id.
 * Tokens whose keys cannot be had are refused with 503, so that a retrying client does not take an outage for a bad token.
 */
export function remoteKeys(url: URL, fetch: Fetch): IssuerKeys {
  let digest: string | undefined;
  let revision = 0;
  const observing: FetchImplementation = async (target, options) => {
    const response = await fetch(target, options);
    if (response.status !== 200) return response;
    const body = await response.text();
    const now = createHash('sha256').update(body).digest('hex');
    if (digest !== now) revision += 1;
    digest = now;
    return new Response(body, { status: 200, headers: { 'content-type': 'application/json' } });
  };
  const remote = createRemoteJWKSet(url, { [customFetch]: observing });
  return {
    key: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        throw isMissingKey(error) ? error : unavailable(error);
      }
    },
    revision: () =>
      remote.fresh
        ? revision
        : remote.reload().then(
            () => revision,
            (error: unknown) => {
              throw unavailable(error);
            },
          ),
  };
}

function unavailable(cause: unknown): ServerKitError {
  return new ServerKitError('AUTH_UNAVAILABLE', 'Tokens cannot be verified at the moment.', {
    status: 503,
    retryable: true,
    retryAfterSeconds: 5,
    cause,
    reason: 'key set unreachable',
  });
}
