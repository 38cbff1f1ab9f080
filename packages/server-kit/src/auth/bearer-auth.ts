// From an Authorization header to a principal, remembering what was verified until the token or its key ends.
import { createHash } from 'node:crypto';
import type { Clock, Principal } from '@promotable/contracts';
import { ServerKitError, unauthenticated } from '../server-kit-error.ts';
import type { Authenticator } from './authenticator.ts';
import { unverifiedIssuer } from './token-issuer.ts';

export interface BearerAuthOptions {
  readonly authenticators: readonly Authenticator[];
  readonly clock: Clock;
  /** How many verified tokens are remembered; the longest unused goes first. @default 10_000 */
  readonly maxCachedTokens?: number;
}

interface Remembered {
  readonly principal: Principal;
  readonly expiresAt: number;
  readonly issuer: string;
  readonly keyRevision: number;
  readonly authenticator: Authenticator;
}

/** Longest token that is looked at, characters. */
const maxTokenLength = 8192;

/**
 * Verifies bearer tokens; a token verified before is taken from memory (keyed by its SHA-256) until `exp` or a change of its issuer's keys.
 * @throws ServerKitError `INVALID_OPTIONS` where two authenticators claim one issuer
 */
export function bearerAuth(options: BearerAuthOptions): (authorization: string | undefined) => Promise<Principal> {
  const { clock, maxCachedTokens = 10_000 } = options;
  const byIssuer = new Map<string, Authenticator>();
  for (const authenticator of options.authenticators) {
    for (const issuer of authenticator.issuers) {
      if (byIssuer.has(issuer)) throw new ServerKitError('INVALID_OPTIONS', `Two authenticators answer for the issuer ${issuer}.`);
      byIssuer.set(issuer, authenticator);
    }
  }
  const remembered = new Map<string, Remembered>();

  async function recall(key: string): Promise<Principal | undefined> {
    const entry = remembered.get(key);
    if (entry === undefined) return undefined;
    const stands = clock.now() < entry.expiresAt && (await entry.authenticator.keyRevision(entry.issuer)) === entry.keyRevision;
    remembered.delete(key);
    if (!stands) return undefined;
    remembered.set(key, entry);
    return entry.principal;
  }

  return async (authorization) => {
    const token = bearerToken(authorization);
    const key = createHash('sha256').update(token).digest('base64');
    const known = await recall(key);
    if (known !== undefined) return known;
    const issuer = unverifiedIssuer(token);
    const authenticator = byIssuer.get(issuer);
    if (authenticator === undefined) throw unauthenticated('unknown issuer');
    // Read before verifying: a rotation in between then voids the entry instead of being missed.
    const keyRevision = await authenticator.keyRevision(issuer);
    const { principal, expiresAt } = await authenticator.verify(token);
    if (maxCachedTokens > 0 && clock.now() < expiresAt) {
      remembered.set(key, { principal, expiresAt, issuer, keyRevision, authenticator });
      if (remembered.size > maxCachedTokens) remembered.delete(remembered.keys().next().value as string);
    }
    return principal;
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated('no Authorization header');
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > maxTokenLength) throw unauthenticated('not a bearer token');
  return token;
}
