import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ids, tinyServer } from '../fixtures/tiny-server.ts';
import { mcTokens, type McTokensOptions } from './mc-tokens.ts';

let now = Date.now();
const clock = { now: () => now, monotonic: () => now };
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const issuer = 'https://mc.test';
const make = (options: Partial<McTokensOptions> = {}) =>
  mcTokens({ issuer, signingKey: { kid: 'k1', privateKey: p256.privateKey }, clock, ...options });
const grant = { subject: 'ci', tenant: 'acme', services: ['shop'], scopes: ['evidence:publish'] as const };
const refused = { code: 'UNAUTHENTICATED', status: 401 };

afterEach(() => {
  now = Date.now();
  vi.unstubAllEnvs();
});

describe.each([
  ['ES256', p256],
  ['EdDSA', ed25519],
] as const)('a token signed by %s', (alg, pair) => {
  const tokens = make({ signingKey: { kid: 'k1', privateKey: pair.privateKey } });

  it('carries tenant, services, scopes and an id, and proves them again', async () => {
    const { token, jti, expiresAt } = await tokens.issue(grant);
    expect(decodeProtectedHeader(token)).toEqual({ alg, kid: 'k1', typ: 'at+jwt' });
    expect(decodeJwt(token)).toMatchObject({
      iss: issuer,
      aud: issuer,
      sub: 'ci',
      jti,
      tenant: 'acme',
      services: ['shop'],
      scopes: ['evidence:publish'],
      exp: expiresAt / 1000,
    });
    expect(await tokens.verify(token)).toEqual({
      principal: { id: `${issuer}#ci`, tenant: 'acme', services: ['shop'], scopes: ['evidence:publish'] },
      expiresAt,
    });
  });

  it('is refused when it ended more than 60 s ago', async () => {
    const { token } = await tokens.issue({ ...grant, ttlSeconds: 10 });
    now += 69_000;
    await tokens.verify(token);
    now += 3_000;
    await expect(tokens.verify(token)).rejects.toMatchObject(refused);
  });
});

it('a token dated ahead is refused until its time comes, but for a minute of skew', async () => {
  now += 120_000;
  const { token } = await make().issue(grant);
  now -= 61_000;
  await expect(make().verify(token)).rejects.toMatchObject(refused);
  now += 2_000;
  expect((await make().verify(token)).principal.tenant).toBe('acme');
});

describe('a forged token', () => {
  const tokens = make({ publicKeys: [{ kid: 'k2', publicKey: ed25519.publicKey }] });
  const claims = { tenant: 'acme', services: ['*'], scopes: [], jti: 'x' };
  const forge = (header: { alg: string; kid?: string; typ?: string }, key: KeyObject | Uint8Array, extra: object = {}) =>
    new SignJWT({ ...claims, ...extra })
      .setProtectedHeader({ typ: 'at+jwt', ...header })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject('ci')
      .setExpirationTime('5m')
      .sign(key as KeyObject);

  it.each([
    ['an unknown key', () => forge({ alg: 'ES256', kid: 'k9' }, p256.privateKey)],
    ['no key id', () => forge({ alg: 'ES256' }, p256.privateKey)],
    ['the id of another key', () => forge({ alg: 'ES256', kid: 'k2' }, p256.privateKey)],
    ['another type of token signed by the same key', () => forge({ alg: 'ES256', kid: 'k1', typ: 'JWT' }, p256.privateKey)],
    ['an unknown shape of claims', () => forge({ alg: 'ES256', kid: 'k1' }, p256.privateKey, { tenant: '../acme' })],
    [
      'HMAC over the public key',
      async () => {
        const [, payload] = (await forge({ alg: 'ES256', kid: 'k1' }, p256.privateKey)).split('.');
        const body = `${Buffer.from('{"alg":"HS256","kid":"k1","typ":"at+jwt"}').toString('base64url')}.${payload}`;
        return `${body}.${createHmac('sha256', createPublicKey(p256.privateKey).export({ format: 'pem', type: 'spki' }))
          .update(body)
          .digest('base64url')}`;
      },
    ],
    [
      'algorithm none',
      async () => {
        const [, payload] = (await forge({ alg: 'ES256', kid: 'k1' }, p256.privateKey)).split('.');
        return `${Buffer.from('{"alg":"none","kid":"k1","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
      },
    ],
  ])('with %s is refused', async (_what, make) => {
    await expect(tokens.verify(await make())).rejects.toMatchObject(refused);
  });
});

it('a rotation refuses tokens of keys no longer listed, also those a server has seen before', async () => {
  const tiny = await tinyServer();
  const authorization = await tiny.bearer();
  const ask = () => tiny.graphql({ id: ids.echo, variables: { text: 'x' } }, { authorization });
  expect((await ask()).status).toBe(200);
  tiny.tokens.rotate({ signingKey: { kid: 'k2', privateKey: ed25519.privateKey } });
  expect((await ask()).status).toBe(401);
  expect((await tiny.graphql({ id: ids.echo, variables: { text: 'x' } })).status).toBe(200);
  await tiny.stop();
});

it('a server without a signing key verifies and issues nothing', async () => {
  const verifier = mcTokens({ issuer, publicKeys: [{ kid: 'k1', publicKey: p256.publicKey }], clock });
  expect((await verifier.verify((await make().issue(grant)).token)).principal.tenant).toBe('acme');
  await expect(verifier.issue(grant)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
});

it('a life longer than allowed, or no life, is refused', async () => {
  for (const ttlSeconds of [3601, 0, -1, Number.NaN])
    await expect(make().issue({ ...grant, ttlSeconds })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
});

it('a key that is neither P-256 nor Ed25519 is refused', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(() => make({ signingKey: { kid: 'r', privateKey } })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

describe('a development token', () => {
  it('is accepted only where development tokens are on', async () => {
    const { token } = await make({ developmentTokens: true }).issue({ ...grant, development: true });
    await make({ developmentTokens: true }).verify(token);
    await expect(make().verify(token)).rejects.toMatchObject(refused);
    await expect(make().issue({ ...grant, development: true })).rejects.toMatchObject({ code: 'DEVELOPMENT_TOKENS_REFUSED' });
  });

  it('cannot be switched on when NODE_ENV is production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => make({ developmentTokens: true })).toThrow(expect.objectContaining({ code: 'DEVELOPMENT_TOKENS_REFUSED' }));
  });
});
