// Where people log in: the configured issuer, found by discovery when the first one comes.
import type { ClaimSource, TokenAlgorithm } from '@promotable/server-kit';
import type { Configuration as OidcClient } from 'openid-client';

/** A place to log in. Its `issuer` names the principals; where it is reached may be another matter. */
export interface LoginSource extends ClaimSource {
  readonly scope: string;
  readonly sessionSeconds: number;
  /** The client of the issuer, once it could be reached; rejects while it cannot, and is asked again then. */
  client(): Promise<OidcClient>;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

export interface IssuerClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly algorithm: TokenAlgorithm;
}

/** Longest wait for the issuer, seconds. */
const timeoutSeconds = 5;

/** Reads the issuer's discovery document. ID tokens are verified by its keys, though they come over TLS from itself. */
export async function discoverClient({ issuer, clientId, clientSecret, algorithm }: IssuerClient): Promise<OidcClient> {
  const oidc = await import('openid-client');
  const authentication = clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
  const plain = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  const client = await oidc.discovery(new URL(issuer), clientId, { id_token_signed_response_alg: algorithm }, authentication, {
    execute: [...plain, oidc.enableNonRepudiationChecks],
    timeout: timeoutSeconds,
  });
  return client;
}

/** Calls `make` once; after a failure, again. */
export function onceItWorks<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
