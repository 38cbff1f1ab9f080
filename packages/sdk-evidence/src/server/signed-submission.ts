// From a bundle to signed content: form, signature, statement, signer, in this order. Nothing of it is believed before the signature holds.
import { judgeTrust, type KeySet, listedKeys, parseBundle, statementDigestOf, type TrustPolicy, verifyBundle } from '@promotable/attest';
import {
  type Bundle,
  BuildEvidence,
  type EvidencePredicate,
  type Fault,
  faultsOf,
  isCodedError,
  predicateTypes,
  StageEvidence,
  type Statement,
  type StatementSubject,
} from '@promotable/contracts';
import { faulty } from '../fault-list.ts';
import { releaseDigest, releasePrefix } from '../release-subject.ts';
import type { SignedContent } from './evidence-record.ts';

/** Whose signature counts, as of now. */
export interface Trust {
  readonly keySet: KeySet;
  readonly policy: TrustPolicy;
}

/** A bundle whose form is sound and whose words nobody has checked. */
export interface UnverifiedBundle {
  readonly bundle: Bundle;
  readonly statementDigest: string;
}

export type Signature =
  | { readonly trusted: true; readonly content: SignedContent }
  /** `faults`: what is told of the reason. */
  | { readonly trusted: false; readonly faults?: readonly Fault[] };

/** @throws {EvidenceError} `BUNDLE_INVALID` with every fault */
export function readBundle(value: unknown): UnverifiedBundle {
  // A bundle as text would be read past the server's bounds of JSON.
  if (typeof value !== 'object' || value === null)
    throw faulty('BUNDLE_INVALID', 'bundle', [{ path: '/bundle', code: 'invalid_type', message: 'must be an object' }]);
  return asBundle(() => {
    const bundle = parseBundle(value);
    return { bundle, statementDigest: statementDigestOf(bundle) };
  });
}

/**
 * Verifies and reads a bundle. A signer that is unknown, revoked, retired or not allowed is an answer, not an error.
 * @throws {EvidenceError} `BUNDLE_INVALID`, `EVIDENCE_INVALID`, `BUNDLE_MISMATCH`, each with every fault
 */
export function verifySubmission({ bundle }: UnverifiedBundle, tenant: string, receivedAt: number, { keySet, policy }: Trust): Signature {
  const resolve = listedKeys(keySet, 'evidence');
  const keyId = bundle.verificationMaterial.publicKey.hint;
  if (resolve(keyId) === null) return { trusted: false };
  const verified = asBundle(() => verifyBundle(bundle, resolve));
  const predicate = predicateOf(verified.statement);
  const { service, releaseId, checkpoint } = predicate;
  const judgement = judgeTrust({ policy, keySet, keyId, tenant, service, checkpoint, observedUntil: predicate.observed.until, receivedAt });
  if (!judgement.trusted) return { trusted: false };
  const digests = artifactDigests(verified.statement.subject, releaseDigest({ tenant, service, releaseId }));
  const content = {
    signed: true,
    bundle,
    predicate,
    digests,
    keyId,
    trustPolicyDigest: judgement.policyDigest,
    attestation: null,
  } as const;
  return { trusted: true, content };
}

/** Of the two kinds of evidence the checkpoint chooses which one's faults are named. */
export function predicateOf(statement: Pick<Statement, 'predicateType' | 'predicate'>, root = '/bundle'): EvidencePredicate {
  if (statement.predicateType !== predicateTypes.evidence) {
    throw faulty('EVIDENCE_INVALID', 'evidence', [
      { path: `${root}/statement/predicateType`, code: 'invalid_value', message: `must be ${predicateTypes.evidence}` },
    ]);
  }
  const parsed = (statement.predicate['checkpoint'] === 'build' ? BuildEvidence : StageEvidence).safeParse(statement.predicate);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error).map((fault) => ({ ...fault, path: `${root}/statement/predicate${fault.path}` }));
  throw faulty('EVIDENCE_INVALID', 'evidence', faults);
}

/**
 * The release itself, the subject where there are no artifacts (functions, SaaS), is no artifact. One that is called so and is not this very
 * release must not be taken for an artifact: its signer was told another tenant, service or release id.
 * @throws {EvidenceError} `BUNDLE_MISMATCH`
 */
export function artifactDigests(subjects: readonly StatementSubject[], own: string, root = '/bundle'): string[] {
  const faults = subjects.flatMap(({ name, digest }, index) =>
    name?.startsWith(releasePrefix) && digest.sha256 !== own
      ? [
          {
            path: `${root}/statement/subject/${index}/digest/sha256`,
            code: 'release_subject_differs',
            message:
              'must be the sha256 of RFC 8785 {tenant, service, releaseId}: of the tenant of the token, and of what the predicate names',
          },
        ]
      : [],
  );
  if (faults.length > 0) throw faulty('BUNDLE_MISMATCH', 'evidence', faults);
  const digests = new Set(subjects.map(({ digest }) => digest.sha256));
  digests.delete(own);
  return [...digests].map((digest) => `sha256:${digest}`).sort();
}

/** Runs a check of a bundle at `root`; what is wrong becomes a fault there, but for codes that the caller has an answer to. */
export function asBundle<T>(read: () => T, root = '/bundle', answered: readonly string[] = []): T {
  try {
    return read();
  } catch (error) {
    if (!isCodedError(error) || answered.includes(error.code)) throw error;
    const faults = error.faults.length > 0 ? error.faults : [{ path: '', code: error.code, message: error.message }];
    // Without the cause: a JSON parser's message quotes what it read.
    throw faulty(
      'BUNDLE_INVALID',
      'bundle',
      faults.map((fault) => ({ ...fault, path: `${root}${fault.path}` })),
    );
  }
}
