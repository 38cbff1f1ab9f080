// Made by `npm run generate` from graphql/schema.graphql and operations/; edit those.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ArtifactRefInput = {
  readonly sha256: string;
  readonly type: string;
};

/**
 * With `bundle` only the signed bytes count, and every other field given must equal them (422 BUNDLE_MISMATCH).
 * Without it the call is stored as unsigned claims that never count.
 */
export type EvidenceInput = {
  readonly artifacts?: ReadonlyArray<ArtifactRefInput>;
  readonly bundle?: unknown;
  readonly cost?: unknown;
  readonly environment?: string | null | undefined;
  /** At most 128 characters; the statement digest by default. */
  readonly idempotencyKey?: string | null | undefined;
  readonly releaseId: string;
  readonly service: string;
  readonly slo?: SloSnapshotInput | null | undefined;
  readonly stage?: string | null | undefined;
  readonly tenant?: string | null | undefined;
};

export type SloSnapshotInput = {
  readonly errorRate: number;
  readonly p95Ms: number;
  readonly p99Ms?: number | null | undefined;
  readonly service: string;
  readonly window: string;
};

export type Verdict =
  | 'fail'
  | 'hold'
  | 'pass';

export type ReleaseStoryQueryVariables = Exact<{
  service: string;
  releaseId: string;
}>;


export type ReleaseStoryQuery = { readonly releaseStory: { readonly service: string, readonly releaseId: string, readonly digests: ReadonlyArray<string>, readonly rebuilds: number, readonly untrusted: number, readonly evidence: ReadonlyArray<{ readonly id: string, readonly environment: string | null, readonly checkpoint: string | null, readonly signed: boolean, readonly keyId: string | null, readonly receivedAt: string, readonly observedFrom: string | null, readonly observedUntil: string | null, readonly digests: ReadonlyArray<string>, readonly redactions: number, readonly ledgerPosition: number | null, readonly run: { readonly provider: string, readonly id: string, readonly attempt: number } | null, readonly items: ReadonlyArray<{ readonly item: string, readonly value: unknown, readonly samples: number | null, readonly stableSamples: number | null, readonly countsFor: ReadonlyArray<string> }> }>, readonly decisions: ReadonlyArray<{ readonly id: string, readonly kind: string, readonly verdict: Verdict, readonly environment: string, readonly stage: string | null, readonly revision: number, readonly mode: string, readonly override: string | null, readonly evaluatedAt: string, readonly validUntil: string | null, readonly stageStartedAt: string | null, readonly heldSince: string | null, readonly evidence: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly podTemplateHash: string | null, readonly policyDigest: string, readonly ledgerPosition: number | null, readonly reasons: ReadonlyArray<{ readonly code: string, readonly class: string, readonly params: unknown, readonly message: string, readonly fix: string }>, readonly warnings: ReadonlyArray<{ readonly code: string, readonly class: string, readonly params: unknown, readonly message: string, readonly fix: string }>, readonly sinceLastPass: { readonly decisionId: string, readonly releaseId: string, readonly evaluatedAt: string, readonly changes: ReadonlyArray<{ readonly what: string, readonly before: string | null, readonly after: string | null }> } | null }>, readonly budgets: ReadonlyArray<{ readonly environment: string, readonly stages: ReadonlyArray<string>, readonly p95Ms: number | null, readonly p99Ms: number | null, readonly errorRate: number | null }> } | null };

export type ReleasesQueryVariables = Exact<{
  service?: string | null | undefined;
  environment?: string | null | undefined;
  verdict?: Verdict | null | undefined;
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReleasesQuery = { readonly releases: { readonly next: string | null, readonly releases: ReadonlyArray<{ readonly service: string, readonly releaseId: string, readonly lastActivityAt: string, readonly stages: ReadonlyArray<{ readonly environment: string, readonly stage: string, readonly verdict: Verdict, readonly decisionId: string, readonly decidedAt: string, readonly reasons: ReadonlyArray<string>, readonly heldSince: string | null }> }> } };

export type PublishEvidenceMutationVariables = Exact<{
  input: EvidenceInput;
}>;


export type PublishEvidenceMutation = { readonly publishEvidence: { readonly id: string, readonly releaseId: string, readonly service: string, readonly createdAt: string, readonly signed: boolean, readonly receipt: { readonly statementDigest: string, readonly idempotencyKey: string, readonly receivedAt: string, readonly ledgerSequence: string, readonly ledgerPosition: number | null } } };

export type ReleaseEvidenceQueryVariables = Exact<{
  tenant?: string | null | undefined;
  service: string;
  releaseId: string;
  first?: number | null | undefined;
}>;


export type ReleaseEvidenceQuery = { readonly releaseEvidence: ReadonlyArray<{ readonly id: string, readonly service: string, readonly releaseId: string, readonly environment: string | null, readonly checkpoint: string | null, readonly signed: boolean, readonly keyId: string | null, readonly createdAt: string, readonly cost: unknown, readonly artifacts: ReadonlyArray<{ readonly type: string, readonly sha256: string }>, readonly slo: { readonly service: string, readonly p95Ms: number, readonly p99Ms: number | null, readonly errorRate: number, readonly window: string } | null, readonly receipt: { readonly statementDigest: string, readonly idempotencyKey: string, readonly receivedAt: string, readonly ledgerSequence: string, readonly ledgerPosition: number | null } }> };

export type EvidenceOkAtQueryVariables = Exact<{
  tenant?: string | null | undefined;
  service: string;
  releaseId: string;
  environment?: string | null | undefined;
  stage?: string | null | undefined;
  digests?: ReadonlyArray<string> | string | null | undefined;
  podTemplateHash?: string | null | undefined;
}>;


export type EvidenceOkAtQuery = { readonly evidenceOk: { readonly ok: boolean, readonly verdict: Verdict | null, readonly reasons: ReadonlyArray<string>, readonly environment: string | null, readonly stage: string | null, readonly decisionId: string | null, readonly bundle: unknown, readonly reasonDetails: ReadonlyArray<{ readonly code: string, readonly class: string, readonly params: unknown, readonly message: string, readonly fix: string }> | null, readonly snapshot: { readonly service: string, readonly p95Ms: number, readonly p99Ms: number | null, readonly errorRate: number, readonly window: string } | null, readonly cost: { readonly graphqlPerMillionUsd: number | null, readonly ingestPerThousandUsd: number | null } | null } };
