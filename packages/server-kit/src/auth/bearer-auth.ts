// From an Authorization header to a principal, remembering what was verified until the token or its key ends.
import type { Clock, Principal } from '@promotable/contracts';
import { type Grants, grantsOf } from '../hot-read/grant.ts';
import type { RateSlot } from '../rate-limit.ts';
import { ServerKitError, unauthenticated } from '../server-kit-error.ts';
import type { Authenticator } from './authenticator.ts';
import { unverifiedIssuer } from './token-issuer.ts';

export interface BearerAuthOptions {
  readonly authenticators: readonly Authenticator[];
  readonly clock: Clock;
  /** How many verified tokens are remembered; the longest unused goes first. @default 10_000 */
  readonly maxCachedTokens?: number;
}

export interface BearerAuth {
  /** Whom an `Authorization` header stands for; without a promise where its token was verified before. @throws ServerKitError `UNAUTHENTICATED` (401) and their like */
  authenticate(authorization: string | undefined): Principal | Promise<Principal>;
  /** The same of a token verified before, null where anything has yet to be found out; never throws. */
  remembered(authorization: string | undefined): KnownCaller | null;
}

/** A caller, with what is looked up for each of its requests. */
export interface KnownCaller {
  readonly principal: Principal;
  readonly grants: Grants;
  /** What the caller may ask; null until it was asked for. */
  rate: RateSlot | null;
}

interface Remembered extends KnownCaller {
  /** The whole header. */
  readonly header: string;
  /** Grows from each to the next in the order in which they go. */
  place: number;
  readonly expiresAt: number;
  readonly issuer: string;
  readonly keyRevision: number;
  readonly authenticator: Authenticator;
}

/** Enough of a signature that no two tokens share it, characters; from 13 on a part of a string is a reference to all of it, which takes longer to find. */
const keyLength = 12;
/** Longest token that is looked at, characters. */
const maxTokenLength = 8192;

/**
 * Verifies bearer tokens; a token verified before is known at once, without a promise, until `exp` or a change of its issuer's keys.
 * @throws ServerKitError `INVALID_OPTIONS` where two authenticators claim one issuer
 */
export function bearerAuth(options: BearerAuthOptions): BearerAuth {
  const { clock, maxCachedTokens = 10_000 } = options;
  const byIssuer = new Map<string, Authenticator>();
  for (const authenticator of options.authenticators) {
    for (const issuer of authenticator.issuers) {
      if (byIssuer.has(issuer)) throw new ServerKitError('INVALID_OPTIONS', `Two authenticators answer for the issuer ${issuer}.`);
      byIssuer.set(issuer, authenticator);
    }
  }
  // By the end of the header, which is of the signature and differs: to hash all of it takes longer than to compare it. It never leaves the process.
  const remembered = new Map<string, Remembered>();
  let lastPlace = 0;

  function find(header: string | undefined): Remembered | undefined {
    if (header === undefined) return undefined;
    const entry = remembered.get(header.slice(-keyLength));
    return entry?.header === header ? entry : undefined;
  }

  /** Behind all others; the first of too many goes. */
  function place(entry: Remembered): void {
    const key = entry.header.slice(-keyLength);
    lastPlace += 1;
    entry.place = lastPlace;
    remembered.delete(key);
    remembered.set(key, entry);
    const [first] = remembered.size > maxCachedTokens ? remembered.keys() : [];
    if (first !== undefined) remembered.delete(first);
  }

  function stands(entry: Remembered, keyRevision: number): boolean {
    if (keyRevision !== entry.keyRevision || clock.now() >= entry.expiresAt) {
      remembered.delete(entry.header.slice(-keyLength));
      return false;
    }
    // One of the later half is far from going, and to move it at each request would cost more than to find it.
    if (lastPlace - entry.place >= maxCachedTokens / 2) place(entry);
    return true;
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
      place({ header, principal, grants: grantsOf(principal), rate: null, expiresAt, place: 0, issuer, keyRevision, authenticator });
    return principal;
  }

  return {
    authenticate(header) {
      const entry = find(header);
      if (entry === undefined) return verify(header);
      const keyRevision = entry.authenticator.keyRevision(entry.issuer);
      if (typeof keyRevision === 'number') return stands(entry, keyRevision) ? entry.principal : verify(header);
      return keyRevision.then((revision) => (stands(entry, revision) ? entry.principal : verify(header)));
    },
    remembered(header) {
      const entry = find(header);
      if (entry === undefined) return null;
      try {
        const keyRevision = entry.authenticator.keyRevision(entry.issuer);
        if (typeof keyRevision === 'number') return stands(entry, keyRevision) ? entry : null;
        // Whoever waits for it next is told what went wrong.
        keyRevision.catch(() => undefined);
        return null;
      } catch {
        return null;
      }
    },
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated('no Authorization header');
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > maxTokenLength) throw unauthenticated('not a bearer token');
  return token;
}
