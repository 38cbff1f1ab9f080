import { createHmac } from 'node:crypto';
import { OAuth2Server } from 'oauth2-mock-server';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testClock, tinyServer, type TinyServer } from '../fixtures/tiny-server.ts';
import { oidcAuthenticator, type OidcIssuer } from './oidc-authenticator.ts';

const rules = [
  {
    claims: { repository_id: '42', '/kubernetes.io/namespace': 'ci' },
    tenant: 'acme',
    services: ['shop'],
    scopes: ['evidence:publish'] as const,
  },
];
type Change = (payload: Record<string, unknown>, header: Record<string, unknown>) => void;

let idp: OAuth2Server;
let issuer: string;
let tiny: TinyServer;
let fetches: number;

async function token(change: Change = () => {}, kid = 'first'): Promise<string> {
  return idp.issuer.buildToken({
    kid,
    scopesOrTransform: (header, payload) => {
      Object.assign(payload, { aud: 'mc', sub: 'repo:acme/shop', repository_id: '42', 'kubernetes.io': { namespace: 'ci' } });
      change(payload, header);
    },
  });
}

async function ask(bearer: string | null, headers: Record<string, string> = {}): Promise<{ status: number; text: string; body: unknown }> {
  const response = await fetch(`${tiny.url}/things`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

async function start(overrides: Partial<OidcIssuer> = {}): Promise<void> {
  const clock = testClock();
  fetches = 0;
  tiny = await tinyServer(
    {
      authenticators: [
        oidcAuthenticator({
          clock,
          issuers: [{ issuer, audience: 'mc', jwksUri: `${issuer}/jwks`, algorithms: ['ES256'], rules, ...overrides }],
          fetch: async (...args) => {
            fetches += 1;
            return fetch(...args);
          },
        }),
      ],
    },
    clock,
  );
}

beforeAll(async () => {
  idp = new OAuth2Server();
  await idp.issuer.keys.generate('ES256', { kid: 'first' });
  await idp.issuer.keys.generate('RS256', { kid: 'rsa' });
  await idp.start(0, '127.0.0.1');
  issuer = idp.issuer.url as string;
});
afterAll(() => idp.stop());

describe('an OIDC token', () => {
  beforeAll(() => start());
  afterAll(() => tiny.stop());
  beforeEach(() => {
    tiny.lines.length = 0;
  });

  it('of the right issuer, audience and claims acts for the tenant of its rule', async () => {
    expect(await ask(await token())).toMatchObject({ status: 200, body: { tenant: 'acme' } });
    expect(await ask(await token(), { 'x-tenant-id': 'acme' })).toMatchObject({ status: 200 });
  });

  const now = () => Math.floor(Date.now() / 1000);
  const publicPem = async () => exportSPKI((await importJWK({ ...idp.issuer.keys.get('first'), d: undefined } as never, 'ES256')) as never);
  const claims = () => ({
    iss: issuer,
    aud: 'mc',
    sub: 'repo:acme/shop',
    repository_id: '42',
    'kubernetes.io': { namespace: 'ci' },
    iat: now(),
    exp: now() + 600,
  });
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  const refused: readonly (readonly [string, () => Promise<string | null>])[] = [
    ['that is missing', async () => null],
    ['that is no JWT', async () => 'abc'],
    ['of three empty parts', async () => '..'],
    [
      'that expired 61 s ago',
      () =>
        token((payload) => {
          payload.exp = now() - 61;
        }),
    ],
    [
      'that begins 61 s ahead and more',
      () =>
        token((payload) => {
          payload.nbf = now() + 120;
        }),
    ],
    [
      'without an end',
      () =>
        token((payload) => {
          delete payload.exp;
        }),
    ],
    [
      'without a subject',
      () =>
        token((payload) => {
          delete payload.sub;
        }),
    ],
    [
      'for another audience',
      () =>
        token((payload) => {
          payload.aud = 'other';
        }),
    ],
    [
      'of an unknown issuer',
      () =>
        token((payload) => {
          payload.iss = 'https://evil.test';
        }),
    ],
    [
      'of an issuer that is not text',
      () =>
        token((payload) => {
          payload.iss = { toString: issuer };
        }),
    ],
    [
      'with one changed byte of payload',
      async () => (await token()).replace(/\.(.{20})(.)/, (_all, head: string, byte: string) => `.${head}${byte === 'A' ? 'B' : 'A'}`),
    ],
    ['with algorithm none', async () => new UnsecuredJWT(claims()).encode()],
    [
      'with algorithm none and the signature of another',
      async () => `${segment({ alg: 'none', kid: 'first' })}.${segment(claims())}.${(await token()).split('.')[2]}`,
    ],
    [
      'signed by HMAC with the public key as the secret',
      async () => {
        const body = `${segment({ alg: 'HS256', kid: 'first' })}.${segment(claims())}`;
        return `${body}.${createHmac('sha256', await publicPem())
          .update(body)
          .digest('base64url')}`;
      },
    ],
    [
      'signed by a key of its own choice in the header',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
        return new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'first', jwk: await exportJWK(publicKey) }).sign(privateKey);
      },
    ],
    ['of an algorithm that is not allowed, signed by a key that the issuer publishes', () => token(() => {}, 'rsa')],
    ['of 9 kB', async () => `${'a'.repeat(9000)}.b.c`],
  ];
  it.each(refused)('%s is refused with 401 and the same words as any other', async (_what, make) => {
    const bearer = await make();
    const answer = await ask(bearer);
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'UNAUTHENTICATED', message: 'A valid bearer token is required.', faults: [] } });
    expect(tiny.lines.filter((line) => line.includes('"reason"'))).toHaveLength(1);
    if (bearer !== null && bearer.length > 10) expect(answer.text + tiny.lines.join('')).not.toContain(bearer);
    expect((await ask(await token())).status).toBe(200);
  });

  it.each([
    [
      'whose claims fit no rule',
      () =>
        token((payload) => {
          payload.repository_id = '43';
        }),
      {},
    ],
    [
      'whose claim has the right text but another type',
      () =>
        token((payload) => {
          payload.repository_id = 42;
        }),
      {},
    ],
    [
      'whose nested claim differs',
      () =>
        token((payload) => {
          payload['kubernetes.io'] = { namespace: 'prod' };
        }),
      {},
    ],
    ['that names another tenant in a header', () => token(), { 'x-tenant-id': 'globex' }],
    ['that names two tenants in a header', () => token(), { 'x-tenant-id': 'acme, globex' }],
  ] as const)('%s is refused with 403 and no detail', async (_what, make, headers) => {
    const answer = await ask(await make(), headers);
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', message: 'This token does not allow it.', faults: [] } },
    });
  });

  it('that names another tenant in body, query or path is refused with 403', async () => {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
    for (const [path, body] of [
      ['/things', '{"tenant":"globex"}'],
      ['/things', '{"tenantId":7}'],
      ['/things?tenant=globex', '{}'],
    ]) {
      expect((await fetch(`${tiny.url}${path}`, { method: 'POST', headers, body: body ?? '' })).status).toBe(403);
    }
  });

  it('is accepted within 60 s of its end by another clock', async () => {
    expect(
      (
        await ask(
          await token((payload) => {
            payload.exp = now() - 30;
          }),
        )
      ).status,
    ).toBe(200);
  });

  it('verified before is refused once its time is over', async () => {
    const bearer = await token((payload) => {
      payload.exp = now() + 600;
    });
    expect((await ask(bearer)).status).toBe(200);
    tiny.clock.advance(661_000);
    expect((await ask(bearer)).status).toBe(401);
    tiny.clock.advance(-661_000);
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens', async () => {
    await start();
    for (let i = 0; i < 5; i += 1) expect((await ask(await token())).status).toBe(200);
    expect(fetches).toBe(1);
    await tiny.stop();
  });

  it('that cannot be had give 503, not 401, and the server recovers by itself', async () => {
    await start({ jwksUri: `${issuer}/nowhere` });
    expect(await ask(await token())).toMatchObject({ status: 503, body: { error: { code: 'AUTH_UNAVAILABLE' } } });
    await tiny.stop();
  });

  it('given as configuration need no fetch', async () => {
    const { d: _secret, ...jwk } = idp.issuer.keys.get('first') as Record<string, unknown> & { kty: string };
    await start({ jwksUri: undefined, jwks: { keys: [jwk] } } as unknown as Partial<OidcIssuer>);
    expect((await ask(await token())).status).toBe(200);
    expect(fetches).toBe(0);
    await tiny.stop();
  });
});
