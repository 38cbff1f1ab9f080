import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Authenticator } from './authenticator.ts';
import { bearerAuth } from './bearer-auth.ts';
import { oidcAuthenticator } from './oidc-authenticator.ts';

// An issuer whose key set can be changed while it runs.
let idp: Server;
let issuer: string;
let published: JWK[];
let down: boolean;
const keys: Record<string, CryptoKey> = {};
const jwks: Record<string, JWK> = {};

beforeAll(async () => {
  for (const kid of ['old', 'new']) {
    const pair = await generateKeyPair('ES256');
    keys[kid] = pair.privateKey;
    jwks[kid] = { ...(await exportJWK(pair.publicKey)), kid };
  }
  idp = createServer((_request, response) => {
    response.statusCode = down ? 500 : 200;
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => {
    idp.listen(0, '127.0.0.1', resolve);
  });
  issuer = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
});
afterAll(() => {
  idp.close();
});

const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() + offset };
let offset = 0;
let verified: number;
let authenticator: Authenticator;

beforeEach(() => {
  offset = 0;
  verified = 0;
  down = false;
  published = [jwks['old'] as JWK];
  const oidc = oidcAuthenticator({
    clock,
    issuers: [
      {
        issuer,
        audience: 'mc',
        jwksUri: issuer,
        algorithms: ['ES256'],
        rules: [{ claims: { sub: 'ci' }, tenant: 'acme', services: ['*'], scopes: [] }],
      },
    ],
  });
  authenticator = {
    ...oidc,
    verify: (token) => {
      verified += 1;
      return oidc.verify(token);
    },
  };
});

const sign = (kid: string, ttl = '10m', jti = '1') =>
  new SignJWT({ jti })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(issuer)
    .setAudience('mc')
    .setSubject('ci')
    .setIssuedAt()
    .setExpirationTime(ttl)
    .sign(keys[kid] as CryptoKey);

it('verifies a token once and remembers it', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock });
  const bearer = `Bearer ${await sign('old')}`;
  for (let i = 0; i < 10; i += 1) expect((await authenticate(bearer)).tenant).toBe('acme');
  expect(verified).toBe(1);
});

it('forgets a token at its end', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock });
  const bearer = `Bearer ${await sign('old', '5m')}`;
  await authenticate(bearer);
  offset = 361_000;
  await expect(authenticate(bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('drops what a withdrawn key signed as soon as the new key set is seen', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock });
  const old = `Bearer ${await sign('old')}`;
  await authenticate(old);
  published = [jwks['new'] as JWK];
  // Inside the cooldown of 30 s an unknown key id fetches nothing, so a flood of bad tokens does not reach the issuer.
  await expect(authenticate(`Bearer ${await sign('new')}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const realNow = Date.now;
  Date.now = () => realNow() + 31_000;
  try {
    expect((await authenticate(`Bearer ${await sign('new', '10m', '2')}`)).tenant).toBe('acme');
    await expect(authenticate(old)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  } finally {
    Date.now = realNow;
  }
});

it('refuses with 503 while keys cannot be had and accepts again after', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock });
  const bearer = `Bearer ${await sign('old')}`;
  down = true;
  await expect(authenticate(bearer)).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE', status: 503, retryable: true });
  down = false;
  expect((await authenticate(bearer)).tenant).toBe('acme');
});

it('refuses an unknown key id with 503, not 401, while the key set cannot be had', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock });
  await authenticate(`Bearer ${await sign('old')}`);
  down = true;
  const unknown = `Bearer ${await sign('new')}`;
  const realNow = Date.now;
  Date.now = () => realNow() + 31_000;
  try {
    await expect(authenticate(unknown)).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  } finally {
    Date.now = realNow;
  }
});

it('remembers a bounded number of tokens, the longest unused going first', async () => {
  const { authenticate } = bearerAuth({ authenticators: [authenticator], clock, maxCachedTokens: 2 });
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(async (jti) => `Bearer ${await sign('old', '10m', jti)}`));
  for (const bearer of [a, b, a, c]) await authenticate(bearer);
  expect(verified).toBe(3);
  await authenticate(a);
  expect(verified).toBe(3);
  await authenticate(b);
  expect(verified).toBe(4);
});
