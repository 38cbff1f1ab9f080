// From an Authorization header to a principal, remembering what was verified until the token or its key ends.
import type { Clock, Principal } from '@promotable/contracts';
import { LRUCache } from 'lru-cache';
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
 * Verifies bearer tokens; a token verified before is known at once, without a promise, until `exp` or a change of its issuer's keys.
 * @throws ServerKitError `INVALID_OPTIONS` where two authenticators claim one issuer
 */
export function bearerAuth(options: BearerAuthOptions): (authorization: string | undefined) => Principal | Promise<Principal> {
  const { clock, maxCachedTokens = 10_000 } = options;
  const byIssuer = new Map<string, Authenticator>();
  for (const authenticator of options.authenticators) {
    for (const issuer of authenticator.issuers) {
      if (byIssuer.has(issuer)) throw new ServerKitError('INVALID_OPTIONS', `Two authenticators answer for the issuer ${issuer}.`);
      byIssuer.set(issuer, authenticator);
    }
  }
  // By the whole header: hashing it first would cost more than all the rest of a hot read's authentication. It never leaves the process.
  const remembered = maxCachedTokens > 0 ? new LRUCache<string, Remembered>({ max: maxCachedTokens }) : null;

  function stands(header: string, entry: Remembered, keyRevision: number): boolean {
    if (keyRevision === entry.keyRevision && clock.now() < entry.expiresAt) return true;
    remembered?.delete(header);
    return false;
  }

  async function verify(header: string | undefined): Promise<Principal> {
    const token = bearerToken(header);
    const issuer = unverifiedIssuer(token);
    const authenticator = byIssuer.get(issuer);
    if (authenticator === undefined) throw unauthenticated('unknown issuer');
    // Read before verifying: a rotation in between then voids the entry instead of being missed.
    const keyRevision = await authenticator.keyRevision(issuer);
    const { principal, expiresAt } = await authenticator.verify(token);
    if (header !== undefined && clock.now() < expiresAt)
      remembered?.set(header, { principal, expiresAt, issuer, keyRevision, authenticator });
    return principal;
  }

  return (header) => {
    const entry = header === undefined ? undefined : remembered?.get(header);
    if (header === undefined || entry === undefined) return verify(header);
    const keyRevision = entry.authenticator.keyRevision(entry.issuer);
    if (typeof keyRevision === 'number') return stands(header, entry, keyRevision) ? entry.principal : verify(header);
    return keyRevision.then((revision) => (stands(header, entry, revision) ? entry.principal : verify(header)));
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated('no Authorization header');
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > maxTokenLength) throw unauthenticated('not a bearer token');
  return token;
}
