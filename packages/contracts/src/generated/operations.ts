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
