// Verifies tokens of OIDC issuers (CI providers, Kubernetes) and maps them by rules; it issues nothing.
import { faultsOf, type Clock } from '@promotable/contracts';
import { jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { ServerKitError, unauthenticated } from '../server-kit-error.ts';
import type { Authenticator, VerifiedToken } from './authenticator.ts';
import { claimFault, ClaimRuleShape, principalByRules, ruleFor, type ClaimRule } from './claim-rules.ts';
import { fixedKeys, remoteKeys, type Fetch, type IssuerKeys } from './issuer-keys.ts';
import { refused } from './jose-faults.ts';
import type { People } from './people.ts';
import { unverifiedIssuer } from './token-issuer.ts';

/** Signature algorithms that may be allowed: asymmetric ones only, so that a public key never serves as a shared secret. */
export type TokenAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'Ed25519';

/** One issuer, with its keys and rules. */
export interface OidcIssuer {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Exact value that `aud` must be or contain: the name of this server, so that tokens made for others are refused. */
  readonly audience: string;
  /** Where the issuer publishes its keys: https, or http on the loopback. Either this or `jwks`. */
  readonly jwksUri?: string;
  /** The issuer's keys, where they cannot be fetched. */
  readonly jwks?: JSONWebKeySet;
  readonly algorithms: readonly TokenAlgorithm[];
  /** Which tokens are whom; the first that fits decides, none → 403. */
  readonly rules: readonly ClaimRule[];
}

/** Whose tokens are believed, and what they may do. */
export interface OidcAuthenticatorOptions {
  readonly issuers: readonly OidcIssuer[];
  readonly clock: Clock;
  /** How far `exp` and `nbf` may be off, seconds, at most 60. @default 60 */
  readonly skewSeconds?: number;
  /** Fetches key sets. @default globalThis.fetch */
  readonly fetch?: Fetch;
  /** Knows people by pseudonyms; needed where a rule says `person`. @default none */
  readonly people?: People;
}

/**
 * Verifies OIDC tokens by issuer, audience, pinned algorithm and life.
 * @throws ServerKitError `INVALID_OPTIONS` with every fault of the configuration
 */
export function oidcAuthenticator(options: OidcAuthenticatorOptions): Authenticator {
  const checked = OptionsShape.safeParse({ issuers: options.issuers, skewSeconds: options.skewSeconds });
  if (!checked.success)
    throw new ServerKitError('INVALID_OPTIONS', 'The OIDC configuration has faults.', { faults: faultsOf(checked.error) });
  if (options.people === undefined && options.issuers.some(({ rules }) => rules.some(({ person }) => person === true)))
    throw new ServerKitError('INVALID_OPTIONS', 'A rule says `person`, and nothing keeps records of people.');
  const issuers = new Map(
    options.issuers.map((issuer) => [issuer.issuer, { ...issuer, keys: keysOf(issuer, options.fetch ?? globalThis.fetch) }]),
  );
  const configured = (name: string) => {
    const issuer = issuers.get(name);
    if (issuer === undefined) throw unauthenticated('unknown issuer');
    return issuer;
  };
  return {
    issuers: [...issuers.keys()],
    keyRevision: (name) => configured(name).keys.revision(),
    async verify(token): Promise<VerifiedToken> {
      const issuer = configured(unverifiedIssuer(token));
      const { payload } = await jwtVerify(token, issuer.keys.key, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        clockTolerance: options.skewSeconds ?? 60,
        currentDate: new Date(options.clock.now()),
        requiredClaims: ['exp', 'sub'],
      }).catch((error: unknown) => {
        throw refused(error);
      });
      const claims = { ...payload, sub: String(payload.sub) };
      const principal = principalByRules(issuer, claims);
      const expiresAt = Number(payload.exp) * 1000;
      if (ruleFor(issuer, claims).person !== true || options.people === undefined) return { principal, expiresAt };
      const name = [payload['name'], payload['email']].find((claim) => typeof claim === 'string') ?? null;
      const person = { tenant: principal.tenant, issuer: issuer.issuer, subject: claims.sub, name: name as string | null };
      return { principal: { ...principal, id: `${issuer.issuer}#person/${await options.people.pseudonymOf(person)}` }, expiresAt };
    },
  };
}

function keysOf(issuer: OidcIssuer, fetch: Fetch): IssuerKeys {
  return issuer.jwks === undefined ? remoteKeys(new URL(issuer.jwksUri ?? ''), fetch) : fixedKeys(issuer.jwks);
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const KeySetUrl = z.url().refine((text) => {
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}, 'must be https (http only on the loopback)');

const OptionsShape = z.object({
  skewSeconds: z.number().min(0).max(60).optional(),
  issuers: z
    .array(
      z
        .object({
          issuer: z.string().min(1),
          audience: z.string().min(1),
          jwksUri: KeySetUrl.optional(),
          jwks: z.object({ keys: z.array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']) })) }).optional(),
          algorithms: z
            .array(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']))
            .min(1),
          rules: z.array(ClaimRuleShape),
        })
        .refine((issuer) => (issuer.jwksUri === undefined) !== (issuer.jwks === undefined), 'needs either jwksUri or jwks')
        .superRefine(({ issuer, rules }, context) => {
          for (const [index, rule] of rules.entries()) {
            const message = claimFault(issuer, rule);
            if (message !== null) context.addIssue({ code: 'custom', path: ['rules', index, 'claims'], message });
          }
        }),
    )
    .refine((list) => new Set(list.map((issuer) => issuer.issuer)).size === list.length, 'must name each issuer once'),
});
