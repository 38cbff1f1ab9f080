import { hash } from 'node:crypto';
import type { Principal } from '@promotable/contracts';

/** Longer bodies are no hot reads, and not worth hashing. */
export const maxKeyBytes = 8192;

type Method = 'GET' | 'POST';
const grants = new WeakMap<Principal, Readonly<Record<Method, string>>>();

/**
 * For whom an answer is kept: equal for callers who may see the same (tenant, services and scopes, whatever their order) and ask in the same way,
 * since the URL of one way could be the body of the other.
 */
export function grantOf(method: Method, principal: Principal): string {
  const known = grants.get(principal);
  if (known !== undefined) return known[method];
  const { tenant, services, scopes } = principal;
  const digest = hash('sha256', JSON.stringify([tenant, [...services].sort(), [...scopes].sort()]), 'base64url');
  const made = { GET: `GET ${digest}`, POST: `POST ${digest}` };
  grants.set(principal, made);
  return made[method];
}
