// What `PROMOTABLE_CONSOLE_OIDC` names: a JSON file that says where people log in, and what their claims give them.
import { ClaimRuleShape, type ClaimRule, type OidcIssuer, type TokenAlgorithm } from '@promotable/server-kit';
import { z } from 'zod';

export interface ConsoleOidc {
  /** Exact `iss`; its discovery document lies below it. https, or http on the loopback. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null = a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** Of the ID token. @default 'RS256' */
  readonly algorithm: TokenAlgorithm;
  /** @default 'openid' */
  readonly scope: string;
  /** How long a login lasts, seconds, at most 43 200. @default 28 800 */
  readonly sessionSeconds: number;
  /** Whose login gives what; those of the same issuer in `PROMOTABLE_OIDC` where none are given here. */
  readonly rules: readonly ClaimRule[];
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const File = z.strictObject({
  issuer: z.url().refine((text) => {
    const url = new URL(text);
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
  }, 'must be https (http only on the loopback)'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  algorithm: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']).default('RS256'),
  scope: z
    .string()
    .regex(/(^| )openid( |$)/, 'must contain openid')
    .default('openid'),
  sessionSeconds: z.int().min(60).max(43_200).default(28_800),
  rules: z.array(ClaimRuleShape).min(1).optional(),
});

/** For a zod pipeline: the file's content, or nothing. */
export const ConsoleOidcFile = File.transform(({ clientSecret, rules, ...rest }) => ({
  ...rest,
  clientSecret: clientSecret ?? null,
  rules: rules as readonly ClaimRule[] | undefined,
}));

/** Null where neither the file nor `PROMOTABLE_OIDC` has rules for this issuer: nobody could log in. */
export function consoleOidc(file: z.output<typeof ConsoleOidcFile>, issuers: readonly OidcIssuer[]): ConsoleOidc | null {
  const rules = file.rules ?? issuers.find(({ issuer }) => issuer === file.issuer)?.rules;
  return rules === undefined ? null : { ...file, rules };
}
