// From the text of another tool's bundle to signed content: form, signature or certificate, statement, signer, in this order.
import {
  type AttestErrorCode,
  identityIdOf,
  judgeIdentity,
  judgeTrust,
  type KeySet,
  listedKeys,
  type TrustJudgement,
  type VerificationKey,
} from '@promotable/attest';
import { type ForeignStatement, readAttestation, verifyForeignStatement } from '@promotable/attest/foreign';
import { type EvidencePredicate, type Fault, isCodedError } from '@promotable/contracts';
import { attestationIdOf, isForeign } from '../foreign/attestation-id.ts';
import { projectAttestation } from '../foreign/project-attestation.ts';
import { releaseDigest } from '../release-subject.ts';
import { artifactDigests, asBundle, predicateOf, type Signature, type Trust } from './signed-submission.ts';

/** What a caller brought, and for which release. */
export interface Submission {
  /** As it came. */
  readonly text: string;
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** An attestation whose form is sound and whose words nobody has checked. */
export interface UnverifiedAttestation {
  readonly signedBy: 'key' | 'certificate';
  /** What it is filed under. */
  readonly statementDigest: string;
}

/** Where faults of what was brought lie. */
const root = '/attestation';

/** @throws {EvidenceError} `BUNDLE_INVALID` with every fault */
export function readSubmission({ text, service, releaseId }: Submission): UnverifiedAttestation {
  const { signedBy, payloadDigest, statement } = asBundle(() => readAttestation(text), root);
  return { signedBy, statementDigest: attestationIdOf({ predicateType: statement.predicateType, payloadDigest, service, releaseId }) };
}

interface Verified {
  readonly statement: ForeignStatement;
  readonly payloadDigest: string;
  /** Key id, or identity. */
  readonly signerId: string;
  /** When it was signed at the latest, milliseconds since the Unix epoch. */
  readonly signedBy: number;
  judge(predicate: EvidencePredicate): TrustJudgement;
}

/**
 * Verifies and reads what another tool signed. A signer that is unknown, revoked, retired or not allowed is an answer, not an error.
 * @throws {EvidenceError} `BUNDLE_INVALID`, `PREDICATE_UNKNOWN`, `EVIDENCE_INVALID`, `BUNDLE_MISMATCH`, each with every fault
 */
export async function verifyAttested(submission: Submission, { signedBy }: UnverifiedAttestation, trust: Trust): Promise<Signature> {
  const verified = signedBy === 'key' ? byKey(submission, trust) : await byCertificate(submission, trust);
  if ('untrusted' in verified) return { trusted: false, faults: verified.untrusted };
  const { text, tenant, service, releaseId } = submission;
  const { statement, payloadDigest, signerId } = verified;
  const { predicateType } = statement;
  const predicate = isForeign(predicateType)
    ? projectAttestation({ ...statement, payloadDigest, service, releaseId, madeBy: verified.signedBy })
    : predicateOf(statement, root);
  const judgement = verified.judge(predicate);
  if (!judgement.trusted) return { trusted: false, faults: [fault(judgement.detail, `the policy does not let ${signerId} say so`)] };
  const digests = artifactDigests(statement.subject, releaseDigest({ tenant, service, releaseId }), root);
  const content = { signed: true, bundle: JSON.parse(text) as object, predicate, digests, keyId: signerId } as const;
  return {
    trusted: true,
    content: { ...content, trustPolicyDigest: judgement.policyDigest, attestation: { predicateType, text } },
  };
}

type Attempt = Verified | { readonly untrusted: readonly Fault[] };

function byKey({ text, tenant, receivedAt }: Submission, { keySet, policy }: Trust): Attempt {
  const verified = unless(['KEY_UNKNOWN'], () => verifyForeignStatement(text, { keys: evidenceKeys(keySet) }));
  if ('untrusted' in verified) return verified;
  const { keyId, statement, statementDigest } = verified;
  return {
    statement,
    payloadDigest: statementDigest,
    signerId: keyId,
    signedBy: receivedAt,
    judge: ({ service, checkpoint, observed }) =>
      judgeTrust({ policy, keySet, keyId, tenant, service, checkpoint, observedUntil: observed.until, receivedAt }),
  };
}

async function byCertificate({ text, tenant }: Submission, { policy }: Trust): Promise<Attempt> {
  const { trustedRoots = {} } = policy;
  if (Object.keys(trustedRoots).length === 0) return { untrusted: [fault('IDENTITY_UNVERIFIED', 'the trust policy pins no authority')] };
  const { verifyIdentity } = await identityVerifier();
  const verified = unless(['IDENTITY_UNVERIFIED'], () => verifyIdentity(text, { trustedRoots }));
  if ('untrusted' in verified) return verified;
  const { identity, statement, statementDigest, signedAt } = verified;
  return {
    statement,
    payloadDigest: statementDigest,
    signerId: identityIdOf(identity),
    signedBy: signedAt,
    judge: ({ service, checkpoint }) => judgeIdentity({ policy, identity, tenant, service, checkpoint }),
  };
}

/** Listed ones, even retired or revoked: whether one counts is judged next. */
function evidenceKeys(keySet: KeySet): VerificationKey[] {
  const resolve = listedKeys(keySet, 'evidence');
  return keySet.keys.flatMap(({ keyId }) => resolve(keyId) ?? []);
}

/** What an operator may change by pinning another signer is an answer; every other refusal is one for good. */
function unless<T extends object>(codes: readonly AttestErrorCode[], verify: () => T): T | { readonly untrusted: readonly Fault[] } {
  try {
    return asBundle(verify, root, codes);
  } catch (error) {
    if (!isCodedError(error) || !codes.includes(error.code as AttestErrorCode)) throw error;
    return {
      untrusted:
        error.faults.length > 0
          ? error.faults.map(({ path, ...said }) => ({ ...said, path: root + path }))
          : [fault(error.code, error.message)],
    };
  }
}

function fault(code: string, message: string): Fault {
  return { path: root, code, message };
}

/** Loaded by whoever trusts certificates. */
function identityVerifier(): Promise<typeof import('@promotable/attest/identity')> {
  return import('@promotable/attest/identity').catch((cause: unknown) => {
    throw new Error(
      'the trust policy pins certificate authorities: install @sigstore/bundle, @sigstore/protobuf-specs and @sigstore/verify',
      { cause },
    );
  });
}
