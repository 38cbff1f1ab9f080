// Who is logged in: the claims that a login proved, in a sealed cookie; what they give is judged anew at every request, by the rules in force.
import type { Principal } from '@promotable/contracts';
import {
  type ClaimSource,
  type People,
  principalByRules,
  ruleFor,
  type SessionAuthenticator,
  type VerifiedToken,
} from '@promotable/server-kit';
import { cookieOf, setCookie } from './cookies.ts';
import type { SealedCookies } from './sealed-cookie.ts';

export interface ProvenClaims extends Readonly<Record<string, unknown>> {
  readonly sub: string;
}

export interface Session extends VerifiedToken {
  /** For people; proves nothing. */
  readonly displayName: string;
}

export interface ConsoleSessions extends SessionAuthenticator {
  /** Null where nobody is logged in. @throws ServerKitError `FORBIDDEN` (403) where no rule fits any more */
  read(cookie: string | undefined): Promise<Session | null>;
  /** The `Set-Cookie` of a login that was verified. @throws ServerKitError `FORBIDDEN` (403) where no rule fits */
  begin(claims: ProvenClaims): Promise<string>;
  /** The `Set-Cookie` of a logout. */
  end(): string;
}

export interface ConsoleSessionsOptions {
  readonly source: ClaimSource;
  readonly cookies: SealedCookies;
  /** Knows people by pseudonyms, where a rule says that its subject is one. */
  readonly people: People;
  readonly sessionSeconds: number;
  /** Whether the browser may send the cookie by https alone. */
  readonly secure: boolean;
}

const purpose = 'promotable-session';

export function consoleSessions({ source, cookies, people, sessionSeconds, secure }: ConsoleSessionsOptions): ConsoleSessions {
  const name = secure ? '__Host-promotable-session' : 'promotable-session';
  // A page of another origin cannot make the browser send it, not even by a link.
  const attributes = { path: '/', sameSite: 'Strict', secure } as const;
  const read = async (header: string | undefined): Promise<Session | null> => {
    const value = await cookies.open(purpose, cookieOf(header, name));
    if (value === null || value.iss !== source.issuer || typeof value.sub !== 'string') return null;
    const claims = value['claims'] as Readonly<Record<string, unknown>>;
    const all = { ...claims, sub: value.sub };
    const principal: Principal = principalByRules(source, all);
    if (ruleFor(source, all).person === true) {
      // The pseudonym was drawn at the login: looked up here, a session that outlives its person's erasure would put them on record again.
      if (typeof value['person'] !== 'string') return null;
      return { principal: { ...principal, id: value['person'] }, expiresAt: Number(value.exp) * 1000, displayName: String(value['name']) };
    }
    return { principal, expiresAt: Number(value.exp) * 1000, displayName: String(value['name']) };
  };
  return {
    read,
    authenticate: read,
    async begin(claims) {
      const { tenant } = principalByRules(source, claims);
      const kept = Object.fromEntries([...claimNames(source)].flatMap((key) => (Object.hasOwn(claims, key) ? [[key, claims[key]]] : [])));
      const display = [claims['name'], claims['preferred_username'], claims['email']].find(
        (text): text is string => typeof text === 'string' && text !== '',
      );
      const subject = { tenant, issuer: source.issuer, subject: claims.sub, name: display ?? null };
      const isPerson = ruleFor(source, claims).person === true;
      const person = isPerson ? { person: `${source.issuer}#person/${await people.pseudonymOf(subject)}` } : {};
      const value = { iss: source.issuer, sub: claims.sub, name: (display ?? claims.sub).slice(0, 128), claims: kept, ...person };
      return setCookie(name, await cookies.seal(purpose, value, sessionSeconds), { ...attributes, maxAgeSeconds: sessionSeconds });
    },
    end: () => setCookie(name, '', { ...attributes, maxAgeSeconds: 0 }),
  };
}

/** Claims that a rule may look at; no other one goes into the cookie, which browsers cut off at 4 kB. */
function claimNames({ rules }: ClaimSource): Set<string> {
  const names = rules.flatMap(({ claims }) => Object.keys(claims));
  return new Set(names.map((key) => (key.startsWith('/') ? (key.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~') : key)));
}
