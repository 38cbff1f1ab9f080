import { createHash, randomBytes } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { type OidcIssuer, startOidcIssuer } from './oidc-issuer.ts';

const redirectUri = 'http://127.0.0.1:9/callback';
let issuer: OidcIssuer | null = null;
afterEach(async () => {
  vi.unstubAllEnvs();
  await issuer?.stop();
  issuer = null;
});

const start = async (): Promise<OidcIssuer> => {
  issuer = await startOidcIssuer({
    accounts: [{ username: 'ann', password: 'right', claims: { role: 'release-engineer' } }],
    clients: [{ clientId: 'console', redirectUris: [redirectUri], postLogoutRedirectUris: [] }],
    hint: 'Ask <Bob>.',
  });
  return issuer;
};

/** A browser's memory of cookies, and no more of it. */
function browser() {
  const cookies = new Map<string, string>();
  return async (url: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { ...(init.headers as Record<string, string>), cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
}

const verifier = randomBytes(32).toString('base64url');
const request = (changes: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: 'console',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    state: 's',
    nonce: 'n',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  });

const form = (password: string) => ({ method: 'POST', body: new URLSearchParams({ username: 'ann', password }) });

it('gives an ID token with the claims of the account for a name, its password and the verifier of the code', async () => {
  const { url } = await start();
  const go = browser();
  const login = `${url}${(await go(`${url}/auth?${request()}`)).headers.get('location')}`;
  const page = await (await go(login)).text();
  expect(page).toContain('Ask &#60;Bob&#62;.');
  expect(await (await go(login, form('wrong'))).text()).toContain('do not belong together');
  const resumed = (await go(login, form('right'))).headers.get('location') ?? '';
  const back = new URL((await go(new URL(resumed, url).href)).headers.get('location') ?? '');
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([redirectUri, 's']);
  const exchange = (codeVerifier: string) =>
    fetch(`${url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'console',
        redirect_uri: redirectUri,
        code: back.searchParams.get('code') ?? '',
        code_verifier: codeVerifier,
      }),
    });
  const { id_token: token } = (await (await exchange(verifier)).json()) as { id_token: string };
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({ iss: url, sub: 'ann', aud: 'console', nonce: 'n', role: 'release-engineer', preferred_username: 'ann' });
  expect((await exchange(verifier)).status).toBe(400);
});

it('sends nobody to an address that is not the client’s, and asks for PKCE', async () => {
  const { url } = await start();
  const elsewhere = await browser()(`${url}/auth?${request({ redirect_uri: 'http://127.0.0.1:9/elsewhere' })}`);
  expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([400, null]);
  const plain = request();
  plain.delete('code_challenge');
  plain.delete('code_challenge_method');
  expect((await browser()(`${url}/auth?${plain}`)).headers.get('location')).toContain('error=invalid_request');
});

it('does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(start()).rejects.toMatchObject({ code: 'START_FAILED' });
});
