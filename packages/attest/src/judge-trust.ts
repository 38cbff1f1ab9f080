// Whether a verified signer may say what it said: judged at receive time, recorded with the digest of the policy.
import type { Checkpoint } from '@promotable/contracts';
import type { KeySet } from './key-set.ts';
import { resolveKey, retiredGraceMs } from './key-status.ts';
import { type TrustPolicy, trustPolicyDigest } from './trust-policy.ts';

/** Whose word is judged, about what, and when. */
export interface TrustQuestion {
  readonly policy: TrustPolicy;
  readonly keySet: KeySet;
  readonly keyId: string;
  /** From the caller's token. */
  readonly tenant: string;
  readonly service: string;
  readonly checkpoint: Checkpoint;
  /** `observed.until` of the evidence, RFC 3339 with an offset. */
  readonly observedUntil: string;
  /** Wall clock when the bundle arrived, milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** Whether a signer counts for this record, and why not. */
export type TrustJudgement =
  | { readonly trusted: true; readonly policyDigest: string }
  | {
      readonly trusted: false;
      readonly policyDigest: string;
      readonly reason: 'SIGNATURE_UNTRUSTED' | 'SIGNER_REVOKED';
      readonly detail: DistrustDetail;
    };

/** Why a signer does not count: what the key set or the trust policy says of its key or identity. */
export type DistrustDetail = 'unknown-key' | 'revoked' | 'not-yet-valid' | 'retired' | 'not-allowed' | 'unknown-identity';

/** Judges by key set, then by policy; a retired key is believed for 8 days about what was observed before it retired. */
export function judgeTrust(question: TrustQuestion): TrustJudgement {
  const policyDigest = trustPolicyDigest(question.policy);
  const detail = distrust(question);
  if (detail === null) return { trusted: true, policyDigest };
  return { trusted: false, policyDigest, reason: detail === 'revoked' ? 'SIGNER_REVOKED' : 'SIGNATURE_UNTRUSTED', detail };
}

function distrust(question: TrustQuestion): DistrustDetail | null {
  const { keySet, keyId, receivedAt } = question;
  const standing = resolveKey(keySet, keyId, { use: 'evidence', at: receivedAt });
  if (standing.status === 'unknown') return 'unknown-key';
  if (standing.status === 'retired' && !isInGrace(Date.parse(standing.notAfter), question)) return 'retired';
  if (standing.status === 'revoked' || standing.status === 'not-yet-valid') return standing.status;
  return isAllowed(question) ? null : 'not-allowed';
}

function isInGrace(notAfter: number, { observedUntil, receivedAt }: TrustQuestion): boolean {
  return Date.parse(observedUntil) < notAfter && receivedAt <= notAfter + retiredGraceMs;
}

function isAllowed({ policy, keyId, tenant, service, checkpoint }: TrustQuestion): boolean {
  const kind = checkpoint === 'build' ? 'build' : 'stage';
  return policy.signers.some(
    (signer) =>
      signer.keyId === keyId &&
      signer.tenant === tenant &&
      signer.checkpoints.includes(kind) &&
      (signer.services === '*' || signer.services.includes(service)),
  );
}
