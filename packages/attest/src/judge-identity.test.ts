import { isCodedError } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { identityIdOf, isIdentityListed, judgeIdentity } from './judge-identity.ts';
import { parseTrustPolicy, trustPolicyDigest } from './trust-policy.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/acme/checkout/.github/workflows/release.yml@refs/heads/main';
const trustedRoots = { github: { certificateAuthorities: [{}], timestampAuthorities: [{}], tlogs: [] } };
const entry = {
  issuer,
  subjectAlternativeName: workflow as string | { pattern: string },
  trustedRoot: 'github',
  tenant: 'acme',
  services: ['checkout'],
  checkpoints: ['build'],
};
const policyOf = (...identities: object[]) => parseTrustPolicy({ signers: [], identities, trustedRoots });
const who = { issuer, subjectAlternativeName: workflow, trustedRoot: 'github' };
const question = { policy: policyOf(entry), identity: who, tenant: 'acme', service: 'checkout', checkpoint: 'build' as const };

function faults(value: unknown): string[] {
  try {
    parseTrustPolicy(value);
    return [];
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return [error.code, ...error.faults.map(({ path, message }) => `${path} ${message}`)];
  }
}

describe('the identity of a certificate', () => {
  it('may say what an entry of the policy allows, and the judgement names the policy', () => {
    expect(judgeIdentity(question)).toEqual({ trusted: true, policyDigest: trustPolicyDigest(question.policy) });
  });

  it.each([
    ['another workflow', { identity: { ...who, subjectAlternativeName: workflow.replace('release.yml', 'test.yml') } }, 'unknown-identity'],
    ['another branch', { identity: { ...who, subjectAlternativeName: `${workflow}2` } }, 'unknown-identity'],
    ['another issuer', { identity: { ...who, issuer: 'https://gitlab.com' } }, 'unknown-identity'],
    ['the same name by another authority', { identity: { ...who, trustedRoot: 'other' } }, 'unknown-identity'],
    ['another tenant', { tenant: 'globex' }, 'not-allowed'],
    ['another service', { service: 'search' }, 'not-allowed'],
    ['a stage', { checkpoint: '20' as const }, 'not-allowed'],
  ])('may not speak as %s', (_title, changes, detail) => {
    expect(judgeIdentity({ ...question, ...changes })).toMatchObject({ trusted: false, reason: 'SIGNATURE_UNTRUSTED', detail });
  });

  it('is matched by a pattern as a whole, alternatives included', () => {
    const pattern = '^https://github\\.com/acme/checkout/\\.github/workflows/(release|hotfix)\\.yml@refs/tags/v[0-9]+\\.[0-9]+|x$';
    const policy = policyOf({ ...entry, subjectAlternativeName: { pattern } });
    const named = (ref: string) =>
      judgeIdentity({
        ...question,
        policy,
        identity: { ...who, subjectAlternativeName: `https://github.com/acme/checkout/.github/workflows/${ref}` },
      }).trusted;
    expect(['release.yml@refs/tags/v1.4', 'hotfix.yml@refs/tags/v12.0'].map(named)).toEqual([true, true]);
    expect(
      ['release.yml@refs/tags/v1.4/x', 'release.yml@refs/heads/v1.4', 'releaseXyml@refs/tags/v1.4', 'release.yml@refs/tags/v1.4\n'].map(
        named,
      ),
    ).toEqual([false, false, false, false]);
  });

  it('is known again by the id that stands in the record, for as long as the policy lists it', () => {
    const id = identityIdOf(who);
    expect(id).toBe(`identity:${issuer} ${workflow}`);
    expect([isIdentityListed(policyOf(entry), id), isIdentityListed(policyOf(), id), isIdentityListed(policyOf(), 'SHA256:x')]).toEqual([
      true,
      false,
      null,
    ]);
  });
});

describe('a trust policy with identities', () => {
  it.each([
    ['.*', 'must be anchored'],
    ['^.*$', 'must not hold the wildcard'],
    ['^https://github.com/acme/x$', 'must not hold the wildcard'],
    ['https://github\\.com/acme/x', 'must be anchored'],
    ['^https://github\\.com/acme/x\\$', 'must be anchored'],
    ['^https://github\\.com/acme/\\S+$', 'must name the characters that it takes'],
    ['^https://github\\.com/acme/[^@]+$', 'must name the characters that it takes'],
    ['^https://github\\.com/acme/[\\s\\S]+$', 'must name the characters that it takes'],
    ['^https://[a-z./_@:A-Z-]+$', 'matches names of anybody'],
    ['^[!-~]*$', 'matches names of anybody'],
    ['^(a|)$', 'matches names of anybody'],
    ['^(https://github\\.com/acme$', 'must be a regular expression'],
  ])('is refused when it is read, with the pattern %s', (pattern, message) => {
    const [code, fault] = faults({ signers: [], identities: [{ ...entry, subjectAlternativeName: { pattern } }], trustedRoots });
    expect([code, fault]).toEqual([
      'TRUST_POLICY_INVALID',
      expect.stringContaining(`/identities/0/subjectAlternativeName/pattern ${message}`),
    ]);
  });

  it('is refused with a root that is not there, one that knows no time, an issuer without TLS', () => {
    expect(faults({ signers: [], identities: [entry] })[1]).toContain('/identities/0/trustedRoot must be one of trustedRoots');
    expect(faults({ signers: [], trustedRoots: { github: { certificateAuthorities: [{}] } } })[1]).toContain(
      '/trustedRoots/github must pin a timestamp authority or a transparency log',
    );
    expect(faults({ signers: [], identities: [{ ...entry, issuer: 'http://ci.example' }], trustedRoots })[1]).toContain(
      '/identities/0/issuer must be an https URL',
    );
  });

  it('keeps its digest where it names none', () => {
    expect(trustPolicyDigest(parseTrustPolicy({ signers: [] }))).toBe(trustPolicyDigest({ signers: [] }));
  });
});
