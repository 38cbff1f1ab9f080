import type { Principal } from '@promotable/contracts';

const keys = new WeakMap<Principal, string>();

/** Equal for callers who may see the same: tenant, services and scopes, whatever their order. One line. */
export function grantKey(principal: Principal): string {
  const known = keys.get(principal);
  if (known !== undefined) return known;
  const { tenant, services, scopes } = principal;
  const key = JSON.stringify([tenant, [...services].sort(), [...scopes].sort()]);
  keys.set(principal, key);
  return key;
}
