// Maps the claims of a verified token to a tenant, services and scopes; the first rule that fits decides.
import type { Scope } from '@promotable/contracts';
import { z } from 'zod';
import { TenantId } from '@promotable/contracts';

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
}

/** Shape of a rule as configuration states it; a rule without claims would admit every token of its issuer. */
export const ClaimRuleShape = z.strictObject({
  claims: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .refine((claims) => Object.keys(claims).length > 0, 'must name at least one claim'),
  tenant: TenantId,
  services: z.array(z.string().min(1)),
  scopes: z.array(z.string().min(1)),
});

/** The first rule all of whose claims the token carries with exactly the same value and type. */
export function matchingRule(rules: readonly ClaimRule[], claims: Readonly<Record<string, unknown>>): ClaimRule | undefined {
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
