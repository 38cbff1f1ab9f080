import { decodeJwt } from 'jose';
import { unauthenticated } from '../server-kit-error.ts';

/**
 * The `iss` that a token claims, unverified: good for choosing who verifies it, for nothing else.
 * @throws ServerKitError `UNAUTHENTICATED` (401)
 */
export function unverifiedIssuer(token: string): string {
  let issuer: unknown;
  try {
    issuer = decodeJwt(token).iss;
  } catch (error) {
    throw unauthenticated('not a JWT', error);
  }
  if (typeof issuer !== 'string') throw unauthenticated('no issuer');
  return issuer;
}
