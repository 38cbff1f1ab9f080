// Whether the identity of a certificate may say what it said: the same question as of a key, asked of the policy alone.
import type { Checkpoint } from '@promotable/contracts';
import { isSubject } from './identity-pattern.ts';
import type { TrustJudgement } from './judge-trust.ts';
import { type TrustPolicy, trustPolicyDigest } from './trust-policy.ts';

/** Who a verified certificate says signed. */
export interface Identity {
  /** Who told the certificate authority the name. */
  readonly issuer: string;
  /** The one subject alternative name of the certificate: a URI or an e-mail address. */
  readonly subjectAlternativeName: string;
  /** The trusted root of the policy that the certificate was verified by. */
  readonly trustedRoot: string;
}

/** Whose word is judged, and about what. */
export interface IdentityQuestion {
  readonly policy: TrustPolicy;
  readonly identity: Identity;
  /** From the caller's token. */
  readonly tenant: string;
  readonly service: string;
  readonly checkpoint: Checkpoint;
}

const prefix = 'identity:';

/** What stands where a key has its id: `identity:<issuer> <subject alternative name>`. */
export function identityIdOf({ issuer, subjectAlternativeName }: Pick<Identity, 'issuer' | 'subjectAlternativeName'>): string {
  return `${prefix}${issuer} ${subjectAlternativeName}`;
}

/** Judges by the policy; that the certificate holds, and at which time, was verified before. */
export function judgeIdentity({ policy, identity, tenant, service, checkpoint }: IdentityQuestion): TrustJudgement {
  const policyDigest = trustPolicyDigest(policy);
  const kind = checkpoint === 'build' ? 'build' : 'stage';
  const listed = listings(policy, identity).filter(({ trustedRoot }) => trustedRoot === identity.trustedRoot);
  const isAllowed = listed.some(
    (entry) => entry.tenant === tenant && entry.checkpoints.includes(kind) && (entry.services === '*' || entry.services.includes(service)),
  );
  if (isAllowed) return { trusted: true, policyDigest };
  return { trusted: false, policyDigest, reason: 'SIGNATURE_UNTRUSTED', detail: listed.length === 0 ? 'unknown-identity' : 'not-allowed' };
}

/** Whether the signer with this id is one that the policy lists now, for anything; null where the id is none of an identity. */
export function isIdentityListed(policy: TrustPolicy, signerId: string): boolean | null {
  if (!signerId.startsWith(prefix)) return null;
  const [issuer = '', ...rest] = signerId.slice(prefix.length).split(' ');
  return listings(policy, { issuer, subjectAlternativeName: rest.join(' ') }).length > 0;
}

function listings(
  { identities = [] }: TrustPolicy,
  { issuer, subjectAlternativeName }: Pick<Identity, 'issuer' | 'subjectAlternativeName'>,
) {
  return identities.filter((entry) => entry.issuer === issuer && isSubject(entry.subjectAlternativeName, subjectAlternativeName));
}
