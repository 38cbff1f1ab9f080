// Finds tenants named in arguments of a root field, also inside input objects and lists of them.
import { getNullableType, isInputObjectType, isListType, type GraphQLArgument, type GraphQLInputType } from 'graphql';
import type { Principal } from '@promotable/contracts';
import { requireTenant } from '../auth/authorize.ts';

const tenantNames = new Set(['tenant', 'tenantId']);

/** @throws ServerKitError `FORBIDDEN` (403) where an argument or input field `tenant` or `tenantId` names another tenant */
export function requireTenantArguments(
  declared: readonly GraphQLArgument[],
  args: Readonly<Record<string, unknown>>,
  principal: Principal,
): void {
  for (const { name, type } of declared) visit(name, type, args[name], principal);
}

function visit(name: string, declared: GraphQLInputType, value: unknown, principal: Principal): void {
  if (value === undefined || value === null) return;
  const type = getNullableType(declared);
  if (isListType(type)) {
    for (const item of value as unknown[]) visit(name, type.ofType as GraphQLInputType, item, principal);
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields()))
      visit(field.name, field.type, (value as Record<string, unknown>)[field.name], principal);
  } else if (tenantNames.has(name)) {
    requireTenant(principal, value);
  }
}
