import type { Principal } from '@promotable/contracts';

/** What a verified token proves, and until when. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** End of the token's life, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Verifies bearer tokens of the issuers it names. Port: OIDC, MC tokens and tests implement it. */
export interface Authenticator {
  /** Exact `iss` values that this authenticator answers for. */
  readonly issuers: readonly string[];
  /**
   * Verifies signature, issuer, audience and life of a token and maps its claims to a principal.
   * @throws ServerKitError `UNAUTHENTICATED` (401), `FORBIDDEN` (403: valid, but no rule maps it), `AUTH_UNAVAILABLE` (503: keys cannot be had)
   */
  verify(token: string): Promise<VerifiedToken>;
  /**
   * A number that changes whenever the issuer's keys change; a token verified under another number is verified anew.
   * @throws ServerKitError `AUTH_UNAVAILABLE` (503)
   */
  keyRevision(issuer: string): number | Promise<number>;
}
