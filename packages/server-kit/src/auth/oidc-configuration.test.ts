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
    ['a scope that there is not', { ...good, rules: [{ ...rules[0], scopes: ['evidence:publsh'] }] }, '/issuers/0/rules/0/scopes/0'],
    ['a service that can have no such name', { ...good, rules: [{ ...rules[0], services: ['a b'] }] }, '/issuers/0/rules/0/services/0'],
    [
      'a rule that names a repository by what its owner can give up',
      { ...good, issuer: 'https://token.actions.githubusercontent.com', rules: [{ ...rules[0], claims: { repository: 'acme/shop' } }] },
      '/issuers/0/rules/0/claims',
    ],
    [
      'a rule that names a project by its path',
      { ...good, issuer: 'https://gitlab.com', rules: [{ ...rules[0], claims: { project_path: 'acme/shop' } }] },
      '/issuers/0/rules/0/claims',
    ],
  ])('is refused with %s', (_what, issuerOptions, path) => {
    expect(() => oidcAuthenticator({ issuers: [issuerOptions as OidcIssuer], clock })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', faults: [expect.objectContaining({ path })] }),
    );
  });

  it('takes rules that name a repository or a project by its id', () => {
    const by = (issuer: string, claims: Record<string, string>) => ({ ...good, issuer, rules: [{ ...rules[0], claims }] }) as OidcIssuer;
    const issuers = [
      by('https://token.actions.githubusercontent.com', { repository_id: '42', ref: 'refs/heads/main', environment: 'production' }),
      by('https://gitlab.com', { project_id: '7', ref_protected: 'true' }),
    ];
    expect(oidcAuthenticator({ issuers, clock }).issuers).toHaveLength(2);
  });

  it('is refused with an issuer listed twice or a skew above 60 s', () => {
    expect(() => oidcAuthenticator({ issuers: [good, good], clock })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(() => oidcAuthenticator({ issuers: [good], clock, skewSeconds: 61 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
