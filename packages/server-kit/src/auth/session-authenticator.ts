import type { VerifiedToken } from './authenticator.ts';

/** Knows who the session cookie of a browser stands for; asked on routes that say `session: true`, for GET alone. Port. */
export interface SessionAuthenticator {
  /**
   * Reads the `Cookie` header; null where it holds no session that stands.
   * @throws ServerKitError `FORBIDDEN` (403: a session whose claims no rule fits any more)
   */
  authenticate(cookie: string | undefined): Promise<VerifiedToken | null>;
}
