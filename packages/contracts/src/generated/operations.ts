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
  /** In place of `bundle`: the text of a DSSE envelope or Sigstore bundle that another tool signed, as it came. */
  readonly attestation?: string | null | undefined;
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

export type ExceptionKind =
  | 'break_glass'
  | 'override'
  | 'waiver';

/** How an exception stands now; an expired one is absent to every gate. */
export type ExceptionState =
  | 'expired'
  | 'in_force'
  | 'requested'
  | 'revoked';

export type OverrideInput = {
  /** Who wrote the change; break-glass needs it, and it must be somebody else. */
  readonly author?: string | null | undefined;
  readonly codes: ReadonlyArray<string>;
  readonly digests: ReadonlyArray<string>;
  readonly environment: string;
  readonly expiresAt: string;
  /** At most 128 characters: the same key and input again give the first override. None by default. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whether a gate that cannot reach MC may go on by it alone. */
  readonly offline?: boolean | null | undefined;
  readonly reason: string;
  readonly service: string;
  readonly stages: ReadonlyArray<string>;
  readonly tenant?: string | null | undefined;
  readonly ticket: string;
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

/** Lives from its last approval until `expiresAt`. */
export type WaiverInput = {
  readonly codes: ReadonlyArray<string>;
  readonly digests: ReadonlyArray<string>;
  readonly environment: string;
  readonly expiresAt: string;
  /** At most 128 characters: the same key and input again give the first waiver. None by default. */
  readonly idempotencyKey?: string | null | undefined;
  readonly justification: string;
  readonly mitigation: string;
  readonly owner: string;
  /** Such as a package URL. */
  readonly path?: string | null | undefined;
  /** Such as a CVE. */
  readonly rule?: string | null | undefined;
  readonly service: string;
  readonly stages: ReadonlyArray<string>;
  readonly suite?: string | null | undefined;
  readonly tenant?: string | null | undefined;
  readonly ticket: string;
};

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

export type NoticeSpooledMutationVariables = Exact<{
  service: string;
  releaseId: string;
  statementDigest: string;
}>;


export type NoticeSpooledMutation = { readonly noticeSpooled: { readonly statementDigest: string, readonly expiresAt: string | null } };

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

export type ApproveWaiverMutationVariables = Exact<{
  id: string;
  role: string;
}>;


export type ApproveWaiverMutation = { readonly approveWaiver: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type BreakGlassMutationVariables = Exact<{
  input: OverrideInput;
}>;


export type BreakGlassMutation = { readonly breakGlass: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type CountersignMutationVariables = Exact<{
  id: string;
}>;


export type CountersignMutation = { readonly countersign: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type CreateOverrideMutationVariables = Exact<{
  input: OverrideInput;
}>;


export type CreateOverrideMutation = { readonly createOverride: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type ExceptionsQueryVariables = Exact<{
  tenant?: string | null | undefined;
  service?: string | null | undefined;
  environment?: string | null | undefined;
  kind?: ExceptionKind | null | undefined;
  ended?: boolean | null | undefined;
  first?: number | null | undefined;
}>;


export type ExceptionsQuery = { readonly exceptions: ReadonlyArray<{ readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> }> };

export type RecordOverrideMutationVariables = Exact<{
  bundle: unknown;
}>;


export type RecordOverrideMutation = { readonly recordOverride: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type RequestWaiverMutationVariables = Exact<{
  input: WaiverInput;
}>;


export type RequestWaiverMutation = { readonly requestWaiver: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type RevokeExceptionMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type RevokeExceptionMutation = { readonly revokeException: { readonly id: string, readonly kind: ExceptionKind, readonly state: ExceptionState, readonly service: string, readonly environment: string, readonly stages: ReadonlyArray<string>, readonly digests: ReadonlyArray<string>, readonly codes: ReadonlyArray<string>, readonly suite: string | null, readonly rule: string | null, readonly path: string | null, readonly owner: string | null, readonly reason: string, readonly mitigation: string | null, readonly ticket: string, readonly requestedBy: string, readonly requestedAt: string, readonly issuedAt: string | null, readonly expiresAt: string, readonly missingRoles: ReadonlyArray<string>, readonly countersignBy: string | null, readonly bundle: unknown, readonly acts: ReadonlyArray<{ readonly type: string, readonly actor: string, readonly at: string, readonly role: string | null, readonly note: string | null }> } };

export type KeyImpactQueryVariables = Exact<{
  keyId: string;
}>;


export type KeyImpactQuery = { readonly keyImpact: { readonly keyId: string, readonly use: string | null, readonly status: string, readonly records: number, readonly more: boolean, readonly releases: ReadonlyArray<{ readonly service: string, readonly releaseId: string, readonly records: number, readonly lastReceivedAt: string }>, readonly decisions: ReadonlyArray<{ readonly id: string, readonly service: string, readonly releaseId: string, readonly environment: string, readonly stage: string, readonly verdict: Verdict, readonly evaluatedAt: string, readonly validUntil: string | null, readonly signed: boolean }> } };
