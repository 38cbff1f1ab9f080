// Issues and verifies short-lived tokens of this server's own key; it keeps no record of them.
import { randomUUID, type KeyObject } from 'node:crypto';
import { ServiceName, TenantId, type Clock, type Scope } from '@promotable/contracts';
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
  /** Makes `jti`. @default crypto.randomUUID */
  readonly newId?: () => string;
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
}

/** A token and when it ends. */
export interface IssuedToken {
  readonly token: string;
  readonly jti: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export interface McTokens extends Authenticator {
  /** @throws ServerKitError `INVALID_OPTIONS` (no signing key, life too long, development tokens not allowed) */
  issue(grant: TokenGrant): Promise<IssuedToken>;
  /** Replaces all keys; tokens of keys no longer listed are refused from now on, cached ones included. */
  rotate(keys: Pick<McTokensOptions, 'signingKey' | 'publicKeys'>): void;
}

const Claims = z.object({
  sub: z.string().min(1),
  jti: z.string().min(1),
  exp: z.number(),
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
  const { issuer, clock, maxTtlSeconds = 3600, developmentTokens = false, newId = randomUUID } = options;
  let keys = verificationKeys(options);
  let signing = options.signingKey && signingKeyOf(options.signingKey);
  let revision = 0;
  return {
    issuers: [issuer],
    keyRevision: () => revision,
    rotate(next) {
      keys = verificationKeys(next);
      signing = next.signingKey && signingKeyOf(next.signingKey);
      revision += 1;
    },
    async issue({ subject, tenant, services, scopes, ttlSeconds = 900, development = false }) {
      if (signing === undefined) throw new ServerKitError('INVALID_OPTIONS', 'This server has no signing key for tokens.');
      if (!(ttlSeconds > 0 && ttlSeconds <= maxTtlSeconds))
        throw new ServerKitError('INVALID_OPTIONS', `A token may live ${maxTtlSeconds} s.`);
      if (development && !developmentTokens)
        throw new ServerKitError('DEVELOPMENT_TOKENS_REFUSED', 'This server issues no development tokens.');
      const issuedAt = Math.floor(clock.now() / 1000);
      const jti = newId();
      const claims = Claims.omit({ exp: true }).parse({
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
      return { token, jti, expiresAt: (issuedAt + Math.floor(ttlSeconds)) * 1000 };
    },
    async verify(token): Promise<VerifiedToken> {
      const accepted = keys;
      const { payload } = await jwtVerify<JWTPayload>(
        token,
        (header): KeyObject => {
          const key = header.kid === undefined ? undefined : accepted.get(header.kid);
          // The algorithm is the key's, never the header's word alone.
          if (key === undefined || key.alg !== header.alg) throw unauthenticated('unknown key or wrong algorithm');
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
      const { sub, tenant, services, scopes, exp } = claims.data;
      return { principal: { id: `${issuer}#${sub}`, tenant, services, scopes: scopes as Scope[] }, expiresAt: exp * 1000 };
    },
  };
}
