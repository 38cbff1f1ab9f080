import { hash } from 'node:crypto';
import type { Principal } from '@promotable/contracts';

/** Longer bodies are no hot reads, and not worth hashing. */
export const maxKeyBytes = 8192;

type Method = 'GET' | 'POST';
/** For whom answers are kept, by how they are asked for. */
export type Grants = Readonly<Record<Method, string>>;

const grants = new WeakMap<Principal, Grants>();

/**
 * For whom an answer to this caller is kept: equal for callers who may see the same (tenant, services and scopes, whatever their order) and ask in the same way,
 * since the URL of one way could be the body of the other.
 */
export function grantsOf(principal: Principal): Grants {
  const known = grants.get(principal);
  if (known !== undefined) return known;
  const { tenant, services, scopes } = principal;
  const digest = hash('sha256', JSON.stringify([tenant, [...services].sort(), [...scopes].sort()]), 'base64url');
  const made = { GET: `GET ${digest}`, POST: `POST ${digest}` };
  grants.set(principal, made);
  return made;
}
