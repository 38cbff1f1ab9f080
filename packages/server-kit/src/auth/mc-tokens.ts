// Issues and verifies tokens of this server's own key. Where there are records of them, only what is on record is believed.
import { hash, randomUUID, type KeyObject } from 'node:crypto';
import { ServiceName, TenantId, type Clock, type Principal, type Scope } from '@promotable/contracts';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import { ServerKitError, unauthenticated } from '../server-kit-error.ts';
import type { Authenticator, VerifiedToken } from './authenticator.ts';
import { refused } from './jose-faults.ts';
import { signingKeyOf, verificationKeys, type TokenSigningKey, type TokenVerificationKey } from './mc-token-keys.ts';

/** Who issues tokens, with which keys. */
export interface McTokensOptions {
  /** `iss` of the tokens, also their `aud`: the public URL of this server. */
  readonly issuer: string;
  /** Signs new tokens; its public half is accepted too. Without it the server only verifies. */
  readonly signingKey?: TokenSigningKey;
  /** Further keys whose tokens are accepted, such as the previous one during a rotation. @default [] */
  readonly publicKeys?: readonly TokenVerificationKey[];
  readonly clock: Clock;
  /** Longest life of a token, seconds. @default 3600 */
  readonly maxTtlSeconds?: number;
  /** Issues and accepts tokens marked as made for development; refused when `NODE_ENV` is `production`. @default false */
  readonly developmentTokens?: boolean;
  /** Where issued tokens are on record; asked about each token that is not made for development. @default none: every token that verifies is believed */
  readonly records?: TokenRecords;
  /** Makes `jti`. @default crypto.randomUUID */
  readonly newId?: () => string;
}

/** What is on record of the tokens that were issued. Port. */
export interface TokenRecords {
  /** Longest life of a token on record, seconds. */
  readonly maxTtlSeconds: number;
  /**
   * Whether this very token (`digest`: SHA-256 in hex) was issued and not revoked.
   * @throws ServerKitError `AUTH_UNAVAILABLE` (503) where that cannot be told
   */
  stands(token: { readonly id: string; readonly digest: string }): Promise<boolean>;
  /** How long an answer of {@link stands} counts, milliseconds: a revocation is heeded within that time. */
  readonly recheckMs: number;
}

/** Whom a token is for, and what it may do. */
export interface TokenGrant {
  readonly subject: string;
  readonly tenant: string;
  readonly services: readonly string[];
  readonly scopes: readonly Scope[];
  /** Life, seconds, at most `maxTtlSeconds`. @default 900 */
  readonly ttlSeconds?: number;
  /** Marks the token as made for development: a server without `developmentTokens` refuses it. @default false */
  readonly development?: boolean;
  /** The caller puts it on record before it hands it out; its life is bounded by the records. @default false */
  readonly recorded?: boolean;
}

/** A token and when it ends. */
export interface IssuedToken {
  readonly token: string;
  readonly jti: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** SHA-256 of `token` in hex: what is kept of it. */
  readonly digest: string;
}

export interface McTokens extends Authenticator {
  /** `jti` of the token on record that a principal of this authenticator came with; null for anybody else's. */
  tokenIdOf(principal: Principal): string | null;
  /** @throws ServerKitError `INVALID_OPTIONS` (no signing key, life too long, development tokens not allowed) */
  issue(grant: TokenGrant): Promise<IssuedToken>;
  /** What was verified before is verified anew, such as after a revocation. */
  forget(): void;
  /** Replaces all keys; tokens of keys no longer listed are refused from now on, cached ones included. */
  rotate(keys: Pick<McTokensOptions, 'signingKey' | 'publicKeys'>): void;
}

const Claims = z.object({
  sub: z.string().min(1),
  jti: z.string().min(1),
  exp: z.number(),
  iat: z.number(),
  tenant: TenantId,
  services: z.array(z.union([z.literal('*'), ServiceName])),
  scopes: z.array(z.string()),
  dev: z.boolean().optional(),
});

/**
 * Tokens of MC itself: JWT (RFC 9068 `at+jwt`) signed by ES256 or EdDSA with claims `tenant`, `services`, `scopes`, `jti`.
 * @throws ServerKitError `DEVELOPMENT_TOKENS_REFUSED`, `INVALID_OPTIONS`
 */
export function mcTokens(options: McTokensOptions): McTokens {
  if (options.developmentTokens === true && process.env['NODE_ENV'] === 'production') {
    throw new ServerKitError(
      'DEVELOPMENT_TOKENS_REFUSED',
      'developmentTokens cannot be set when NODE_ENV is production: unset it and issue tokens by OIDC.',
    );
  }
  const { issuer, clock, maxTtlSeconds = 3600, developmentTokens = false, newId = randomUUID, records } = options;
  let keys = verificationKeys(options);
  let signing = options.signingKey && signingKeyOf(options.signingKey);
  let revision = 0;
  const ids = new WeakMap<Principal, string>();
  return {
    issuers: [issuer],
    keyRevision: () => revision,
    tokenIdOf: (principal) => ids.get(principal) ?? null,
    forget() {
      revision += 1;
    },
    rotate(next) {
      keys = verificationKeys(next);
      signing = next.signingKey && signingKeyOf(next.signingKey);
      revision += 1;
    },
    async issue({ subject, tenant, services, scopes, ttlSeconds = 900, development = false, recorded = false }) {
      if (signing === undefined) throw new ServerKitError('INVALID_OPTIONS', 'This server has no signing key for tokens.');
      const longest = recorded && records !== undefined ? records.maxTtlSeconds : maxTtlSeconds;
      if (!(ttlSeconds > 0 && ttlSeconds <= longest)) throw new ServerKitError('INVALID_OPTIONS', `A token may live ${longest} s.`);
      if (development && !developmentTokens)
        throw new ServerKitError('DEVELOPMENT_TOKENS_REFUSED', 'This server issues no development tokens.');
      const issuedAt = Math.floor(clock.now() / 1000);
      const jti = newId();
      const claims = Claims.omit({ exp: true, iat: true }).parse({
        sub: subject,
        jti,
        tenant,
        services,
        scopes,
        ...(development ? { dev: true } : {}),
      });
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: signing.alg, kid: signing.kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + Math.floor(ttlSeconds))
        .sign(signing.privateKey);
      return { token, jti, expiresAt: (issuedAt + Math.floor(ttlSeconds)) * 1000, digest: digestOf(token) };
    },
    async verify(token): Promise<VerifiedToken> {
      const accepted = keys;
      let issuedBefore = 0;
      const { payload } = await jwtVerify<JWTPayload>(
        token,
        (header): KeyObject => {
          const key = header.kid === undefined ? undefined : accepted.get(header.kid);
          // The algorithm is the key's, never the header's word alone.
          if (key === undefined || key.alg !== header.alg) throw unauthenticated('unknown key or wrong algorithm');
          issuedBefore = key.issuedBefore;
          return key.publicKey;
        },
        {
          issuer,
          audience: issuer,
          algorithms: ['ES256', 'EdDSA'],
          typ: 'at+jwt',
          clockTolerance: 60,
          currentDate: new Date(clock.now()),
        },
      ).catch((error: unknown) => {
        throw refused(error);
      });
      const claims = Claims.safeParse(payload);
      if (!claims.success) throw unauthenticated('claims of an unknown shape', claims.error);
      if (claims.data.dev === true && !developmentTokens) throw unauthenticated('development token');
      const { sub, jti, tenant, services, scopes, exp, iat } = claims.data;
      if (iat * 1000 >= issuedBefore) throw unauthenticated('issued by a key that had retired');
      const isRecorded = records !== undefined && claims.data.dev !== true;
      // What it writes is signed with its own id, so that one token of several by a name can be told.
      const principal: Principal = { id: `${issuer}#${isRecorded ? `${sub}/${jti}` : sub}`, tenant, services, scopes: scopes as Scope[] };
      if (!isRecorded) return { principal, expiresAt: exp * 1000 };
      if (!(await records.stands({ id: jti, digest: digestOf(token) }))) throw unauthenticated('not on record, or revoked');
      ids.set(principal, jti);
      return { principal, expiresAt: Math.min(exp * 1000, clock.now() + records.recheckMs) };
    },
  };
}

function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}
