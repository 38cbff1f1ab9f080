// Maps the claims of a verified token to a tenant, services and scopes; the first rule that fits decides.
import { type Principal, type Scope, scopes, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { forbidden } from '../server-kit-error.ts';

/** What claims make whom. */
export interface ClaimRule {
  /**
   * Claims that must all be present and equal, such as `repository_id: '1234'`. Name what an owner cannot rename or recreate
   * (ids, not names). A key that starts with `/` is a JSON Pointer into nested claims.
   */
  readonly claims: Readonly<Record<string, string | number | boolean>>;
  readonly tenant: string;
  /** Services that the caller may name; `['*']` = all of the tenant. */
  readonly services: readonly string[];
  readonly scopes: readonly Scope[];
  /** The subject is a person, who is known by a pseudonym and may ask to be forgotten. @default false: a workload, known by its subject */
  readonly person?: boolean | undefined;
}

/** Shape of a rule as configuration states it; a rule without claims would admit every token of its issuer. */
export const ClaimRuleShape = z.strictObject({
  claims: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .refine((claims) => Object.keys(claims).length > 0, 'must name at least one claim'),
  tenant: TenantId,
  services: z.array(z.union([z.literal('*'), ServiceName])),
  scopes: z.array(z.enum(scopes)),
  person: z.boolean().optional(),
});

/** By issuer: claims that stay with their owner for ever, of which a rule needs one. A name can be given up, and taken by a stranger. */
const lastingClaims: Readonly<Record<string, readonly string[]>> = {
  'https://token.actions.githubusercontent.com': ['repository_id', 'repository_owner_id', 'enterprise_id'],
  'https://gitlab.com': ['project_id', 'namespace_id'],
};

/** What is wrong with the claims of a rule of this issuer; null = nothing that is known of. */
export function claimFault(issuer: string, { claims }: Pick<ClaimRule, 'claims'>): string | null {
  const lasting = Object.hasOwn(lastingClaims, issuer) ? (lastingClaims[issuer] ?? []) : [];
  if (lasting.length === 0 || lasting.some((name) => Object.hasOwn(claims, name))) return null;
  return `must name one of ${lasting.join(', ')}: every other claim can pass to somebody else`;
}

/** Whose claims they are, and what they mean. */
export interface ClaimSource {
  /** Exact `iss`. */
  readonly issuer: string;
  readonly rules: readonly ClaimRule[];
}

/**
 * Who verified claims of an issuer stand for, whether they came in a bearer token or in an ID token at login; the one way from claims to rights.
 * @throws ServerKitError `FORBIDDEN` (403) where no rule fits
 */
export function principalByRules(
  { issuer, rules }: ClaimSource,
  claims: Readonly<Record<string, unknown>> & { readonly sub: string },
): Principal {
  const rule = ruleFor({ issuer, rules }, claims);
  return { id: `${issuer}#${claims.sub}`, tenant: rule.tenant, services: rule.services, scopes: rule.scopes };
}

/** The rule that decides. @throws ServerKitError `FORBIDDEN` (403) where no rule fits */
export function ruleFor({ rules }: ClaimSource, claims: Readonly<Record<string, unknown>>): ClaimRule {
  const rule = matchingRule(rules, claims);
  if (rule === undefined) throw forbidden('no rule of the issuer fits the claims');
  return rule;
}

/** The first rule all of whose claims the token carries with exactly the same value and type. */
function matchingRule(rules: readonly ClaimRule[], claims: Readonly<Record<string, unknown>>): ClaimRule | undefined {
  return rules.find((rule) => {
    const expected = Object.entries(rule.claims);
    return expected.length > 0 && expected.every(([name, value]) => claimAt(claims, name) === value);
  });
}

function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (!name.startsWith('/')) return Object.hasOwn(claims, name) ? claims[name] : undefined;
  return name
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (holder, key) =>
        typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined,
      claims,
    );
}
