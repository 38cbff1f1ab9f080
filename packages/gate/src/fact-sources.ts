// The ports through which the gate learns what is known about a release. Siblings meet here; the composition root passes the adapters in.
import type { ExceptionFact, ReleaseEvidence, ReleaseQuestion } from '@promotable/contracts';

/** How long a read may take. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/** Reads what is on record about a release, in one snapshot. */
export interface EvidenceSource {
  releaseEvidence(question: ReleaseQuestion, options?: ReadOptions): Promise<ReleaseEvidence>;
}

/** How a signer stands now, whatever it was when its evidence arrived. */
export interface SignerStatus {
  statusOf(keyId: string): 'trusted' | 'revoked';
}

/** A question about a release at a stage, and which of its artifacts run there. */
export interface ExceptionQuestion extends ReleaseQuestion {
  /** Sorted and distinct. */
  readonly digests: readonly string[];
}

/** Waivers and overrides that may concern these artifacts at a stage; whether they count is the policy's to say. */
export interface ExceptionSource {
  exceptions(question: ExceptionQuestion, options?: ReadOptions): Promise<readonly ExceptionFact[]>;
}

/** Whether an artifact was withdrawn: a withdrawn digest is never a proven one. */
export interface RevocationSource {
  anyRevoked(tenant: string, digests: readonly string[], options?: ReadOptions): Promise<boolean>;
}
