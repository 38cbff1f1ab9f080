import { describe, expect, it } from 'vitest';
import { oidcAuthenticator, type OidcIssuer } from './oidc-authenticator.ts';

const rules = [
  {
    claims: { repository_id: '42', '/kubernetes.io/namespace': 'ci' },
    tenant: 'acme',
    services: ['shop'],
    scopes: ['evidence:publish'] as const,
  },
];

describe('the configuration', () => {
  const clock = { now: Date.now, monotonic: () => 0 };
  const good: OidcIssuer = { issuer: 'https://ci', audience: 'mc', jwksUri: 'https://ci/jwks', algorithms: ['ES256'], rules };
  it.each([
    ['a shared-secret algorithm', { ...good, algorithms: ['HS256'] }, '/issuers/0/algorithms/0'],
    ['algorithm none', { ...good, algorithms: ['none'] }, '/issuers/0/algorithms/0'],
    ['no algorithm', { ...good, algorithms: [] }, '/issuers/0/algorithms'],
    ['a rule that fits every token', { ...good, rules: [{ ...rules[0], claims: {} }] }, '/issuers/0/rules/0/claims'],
    ['keys over plain http from afar', { ...good, jwksUri: 'http://ci.example/jwks' }, '/issuers/0/jwksUri'],
    ['neither keys nor where they are', { ...good, jwksUri: undefined }, '/issuers/0'],
    [
      'a shared secret among the keys',
      { ...good, jwksUri: undefined, jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } },
      '/issuers/0/jwks/keys/0/kty',
    ],
    ['an empty audience', { ...good, audience: '' }, '/issuers/0/audience'],
  ])('is refused with %s', (_what, issuerOptions, path) => {
    expect(() => oidcAuthenticator({ issuers: [issuerOptions as OidcIssuer], clock })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', faults: [expect.objectContaining({ path })] }),
    );
  });

  it('is refused with an issuer listed twice or a skew above 60 s', () => {
    expect(() => oidcAuthenticator({ issuers: [good, good], clock })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(() => oidcAuthenticator({ issuers: [good], clock, skewSeconds: 61 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
