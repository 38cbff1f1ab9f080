import { hash } from 'node:crypto';
import type { Principal } from '@promotable/contracts';
import type { Entry } from './entry.ts';

/** Longer bodies are no hot reads, and not worth hashing. */
export const maxKeyBytes = 8192;

type Method = 'GET' | 'POST';

/** One way in which one caller asks. */
export interface Grant {
  /**
   * For whom an answer is kept: equal for callers who may see the same (tenant, services and scopes, whatever their order) and ask in the same way,
   * since the URL of one way could be the body of the other.
   */
  readonly key: string;
  /** What this caller was given last: most ask the same again, and need no look-up then. Null = nothing yet. */
  latest: Entry | null;
}

export type Grants = Readonly<Record<Method, Grant>>;

const grants = new WeakMap<Principal, Grants>();

/** The grants of a caller, the same objects for the same principal. */
export function grantsOf(principal: Principal): Grants {
  const known = grants.get(principal);
  if (known !== undefined) return known;
  const { tenant, services, scopes } = principal;
  const digest = hash('sha256', JSON.stringify([tenant, [...services].sort(), [...scopes].sort()]), 'base64url');
  const made = { GET: { key: `GET ${digest}`, latest: null }, POST: { key: `POST ${digest}`, latest: null } };
  grants.set(principal, made);
  return made;
}
