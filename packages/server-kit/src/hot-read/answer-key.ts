import { hash } from 'node:crypto';
import type { Principal } from '@promotable/contracts';

/** Longer bodies are no hot reads, and not worth hashing as a key. */
export const maxKeyBytes = 8192;

const keys = new WeakMap<Principal, string>();

/** Equal for callers who may see the same: tenant, services and scopes, whatever their order. 192 bits, base64url: part of every key, so it is short. */
function grantKey(principal: Principal): string {
  const known = keys.get(principal);
  if (known !== undefined) return known;
  const { tenant, services, scopes } = principal;
  const key = hash('sha256', JSON.stringify([tenant, [...services].sort(), [...scopes].sort()]), 'base64url').slice(0, 32);
  keys.set(principal, key);
  return key;
}

/** Under what an answer is kept: how and what was asked, URL or body, and what the caller may see. */
export function answerKey(method: 'GET' | 'POST', principal: Principal, text: string): string {
  return `${method} ${grantKey(principal)} ${text}`;
}
