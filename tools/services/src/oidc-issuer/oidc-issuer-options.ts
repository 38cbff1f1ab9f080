// Who may log in, and by which client.
export interface OidcAccount {
  readonly username: string;
  readonly password: string;
  /** Claims of the ID token besides `sub` and `preferred_username`, which are the name. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface OidcIssuerClient {
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
}

export interface OidcIssuerOptions {
  readonly accounts: readonly OidcAccount[];
  /** Public clients: they hold no secret and must use PKCE. */
  readonly clients: readonly OidcIssuerClient[];
  /** Shown above the login form. @default '' */
  readonly hint?: string;
  /** Life of an ID token, seconds. @default 600 */
  readonly idTokenSeconds?: number;
  /** 0 takes any free port of the loopback. @default 0 */
  readonly port?: number;
}
