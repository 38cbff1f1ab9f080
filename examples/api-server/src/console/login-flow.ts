// Authorization code with PKCE, MC being the client: what a login needs to remember meanwhile lies sealed in a cookie of its own.
import type { ConsoleSessions, ProvenClaims } from './console-sessions.ts';
import { cookieOf, setCookie } from './cookies.ts';
import type { LoginSource } from './login-source.ts';
import type { SealedCookies } from './sealed-cookie.ts';

export interface LoginFlow {
  /** Where to send the browser, and the cookie that ties the answer to it. */
  begin(returnTo: string | undefined): Promise<{ readonly url: string; readonly cookie: string }>;
  /** The session's cookie and where the browser was going. @throws whatever is wrong with the answer */
  finish(callback: URL, cookie: string | undefined): Promise<{ readonly cookies: readonly string[]; readonly returnTo: string }>;
  /** Where the browser ends the issuer's session too; the console itself where the issuer has no such place or cannot be reached. */
  logoutUrl(): Promise<string>;
}

export interface LoginFlowOptions {
  readonly source: LoginSource;
  readonly sessions: ConsoleSessions;
  readonly cookies: SealedCookies;
  /** Base URL of MC as browsers see it. */
  readonly base: () => string;
  readonly secure: boolean;
}

const purpose = 'promotable-login';
const cookieName = 'promotable-login';
/** How long a person may take at the issuer, seconds. */
const loginSeconds = 600;

export function loginFlow({ source, sessions, cookies, base, secure }: LoginFlowOptions): LoginFlow {
  // Lax: the issuer sends the browser back from another site.
  const attributes = { path: '/console/callback', sameSite: 'Lax', secure } as const;
  const redirectUri = () => `${base()}/console/callback`;
  return {
    async begin(returnTo) {
      const [client, oidc] = await Promise.all([source.client(), import('openid-client')]);
      const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(client, {
        redirect_uri: redirectUri(),
        scope: source.scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const sealed = await cookies.seal(purpose, { verifier, state, nonce, returnTo: localPath(returnTo) }, loginSeconds);
      return { url: url.href, cookie: setCookie(cookieName, sealed, { ...attributes, maxAgeSeconds: loginSeconds }) };
    },

    async finish(callback, cookie) {
      const begun = await cookies.open(purpose, cookieOf(cookie, cookieName));
      if (begun === null) throw new Error('no login was begun in this browser, or it took too long');
      const [client, oidc] = await Promise.all([source.client(), import('openid-client')]);
      const at = new URL(redirectUri());
      at.search = callback.search;
      const tokens = await oidc.authorizationCodeGrant(client, at, {
        pkceCodeVerifier: String(begun['verifier']),
        expectedState: String(begun['state']),
        expectedNonce: String(begun['nonce']),
        idTokenExpected: true,
      });
      const session = await sessions.begin(tokens.claims() as unknown as ProvenClaims);
      return { cookies: [session, setCookie(cookieName, '', { ...attributes, maxAgeSeconds: 0 })], returnTo: String(begun['returnTo']) };
    },

    async logoutUrl() {
      try {
        const [client, oidc] = await Promise.all([source.client(), import('openid-client')]);
        return oidc.buildEndSessionUrl(client, { post_logout_redirect_uri: `${base()}/` }).href;
      } catch {
        return '/';
      }
    },
  };
}

/** A path of this console, never another site. */
export function localPath(path: string | undefined): string {
  const at = URL.parse(path ?? '/', 'http://console.invalid');
  if (at === null || at.origin !== 'http://console.invalid' || !(path ?? '/').startsWith('/')) return '/';
  return at.pathname === '/' || at.pathname === '/release' ? `${at.pathname}${at.search}` : '/';
}
