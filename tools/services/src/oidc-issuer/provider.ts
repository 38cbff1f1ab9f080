// The OpenID Provider itself, configured for one thing: authorization code with PKCE and a login page.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { htmlPage, pageHeaders } from './login-page.ts';
import { memoryAdapter } from './memory-adapter.ts';
import type { OidcIssuerOptions } from './oidc-issuer-options.ts';

export function provider(issuer: string, { accounts, clients, idTokenSeconds = 600 }: OidcIssuerOptions): Provider {
  const claims = [...new Set(accounts.flatMap((account) => Object.keys(account.claims)))];
  const configuration: Configuration = {
    adapter: memoryAdapter,
    clients: clients.map(({ clientId, redirectUris, postLogoutRedirectUris }) => ({
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [...redirectUris],
      post_logout_redirect_uris: [...postLogoutRedirectUris],
    })),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub', 'preferred_username', ...claims] },
    scopes: ['openid'],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    responseTypes: ['code'],
    ttl: { IdToken: idTokenSeconds, AccessToken: 600, AuthorizationCode: 60, Interaction: 600, Session: 3600, Grant: 3600 },
    interactions: { url: (_context, { uid }) => `/login/${uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    },
    async findAccount(_context, id) {
      const account = accounts.find(({ username }) => username === id);
      if (account === undefined) return undefined;
      return { accountId: id, claims: async () => ({ ...account.claims, sub: id, preferred_username: id }) };
    },
    loadExistingGrant,
    async renderError(context, { error, error_description: description }) {
      show(context, 'The login did not work', `${error}${description === undefined ? '' : `: ${description}`}`);
    },
  };
  return new Provider(issuer, configuration);
}

/** Everybody who can log in has agreed: there is nothing to consent to. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const accountId = oidc.session?.accountId;
  const clientId = oidc.client?.clientId;
  if (accountId === undefined || clientId === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId, clientId });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

async function logoutSource(context: KoaContextWithOIDC, form: string): Promise<void> {
  context.set(pageHeaders);
  context.body = htmlPage(
    'Log out',
    `<h1>Log out of the issuer as well?</h1>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>
<button type="submit" form="op.logoutForm">Stay logged in here</button>`,
  );
}

async function postLogoutSuccessSource(context: KoaContextWithOIDC): Promise<void> {
  show(context, 'Logged out', 'You may close this page.');
}

function show(context: KoaContextWithOIDC, title: string, text: string): void {
  context.set(pageHeaders);
  const safe = text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  context.body = htmlPage(title, `<h1>${title}</h1><p>${safe}</p>`);
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...(privateKey.export({ format: 'jwk' }) as { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string }),
    alg: 'ES256',
    use: 'sig',
    kid: randomBytes(8).toString('hex'),
  };
}
