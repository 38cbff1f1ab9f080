// Made by `npm run generate` from graphql/schema.graphql and operations/; edit those.
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** RFC 3339 instant with an offset. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

export type ArtifactRef = {
  readonly sha256: Scalars['String']['output'];
  readonly type: Scalars['String']['output'];
};

export type ArtifactRefInput = {
  readonly sha256: Scalars['String']['input'];
  readonly type: Scalars['String']['input'];
};

export type CostSnapshot = {
  readonly graphqlPerMillionUsd: Maybe<Scalars['Float']['output']>;
  readonly ingestPerThousandUsd: Maybe<Scalars['Float']['output']>;
};

/** One evidence record as it was accepted; never changed afterwards. */
export type EvidenceBundle = {
  readonly artifacts: ReadonlyArray<ArtifactRef>;
  /** The signed bytes; null for unsigned claims. */
  readonly bundle: Maybe<Scalars['JSON']['output']>;
  readonly checkpoint: Maybe<Scalars['String']['output']>;
  readonly cost: Maybe<Scalars['JSON']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly environment: Maybe<Scalars['String']['output']>;
  /** Statement digest of a signed record; a random id of unsigned claims. */
  readonly id: Scalars['ID']['output'];
  readonly keyId: Maybe<Scalars['String']['output']>;
  readonly receipt: EvidenceReceipt;
  readonly releaseId: Scalars['ID']['output'];
  readonly service: Scalars['String']['output'];
  /** False: unsigned claims, listed, never counting. */
  readonly signed: Scalars['Boolean']['output'];
  readonly slo: Maybe<SloSnapshot>;
};

/**
 * With `bundle` only the signed bytes count, and every other field given must equal them (422 BUNDLE_MISMATCH).
 * Without it the call is stored as unsigned claims that never count.
 */
export type EvidenceInput = {
  readonly artifacts?: ReadonlyArray<ArtifactRefInput>;
  readonly bundle?: InputMaybe<Scalars['JSON']['input']>;
  readonly cost?: InputMaybe<Scalars['JSON']['input']>;
  readonly environment?: InputMaybe<Scalars['String']['input']>;
  /** At most 128 characters; the statement digest by default. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly releaseId: Scalars['ID']['input'];
  readonly service: Scalars['String']['input'];
  readonly slo?: InputMaybe<SloSnapshotInput>;
  readonly stage?: InputMaybe<Scalars['String']['input']>;
  readonly tenant?: InputMaybe<Scalars['ID']['input']>;
};

/** The gate's answer in GraphQL. `ok` is true for a pass alone: `ok: false` is a fail or a hold, never by itself a reason to roll back. */
export type EvidenceOk = {
  /** The signed decision, a Sigstore bundle v0.3. */
  readonly bundle: Maybe<Scalars['JSON']['output']>;
  readonly cost: Maybe<CostSnapshot>;
  readonly decisionId: Maybe<Scalars['ID']['output']>;
  readonly environment: Maybe<Scalars['String']['output']>;
  readonly ok: Scalars['Boolean']['output'];
  readonly reasonDetails: Maybe<ReadonlyArray<Reason>>;
  readonly reasons: ReadonlyArray<Scalars['String']['output']>;
  /** Null where nothing was measured. */
  readonly snapshot: Maybe<SloSnapshot>;
  readonly stage: Maybe<Scalars['String']['output']>;
  readonly verdict: Maybe<Verdict>;
};

/** Position of a record in the tenant's ledger; null until it is sealed, which takes a second. */
export type EvidenceReceipt = {
  readonly idempotencyKey: Scalars['String']['output'];
  readonly ledgerPosition: Maybe<Scalars['Int']['output']>;
  readonly ledgerSequence: Scalars['String']['output'];
  readonly receivedAt: Scalars['DateTime']['output'];
  readonly statementDigest: Scalars['String']['output'];
};

export type Mutation = {
  readonly publishEvidence: EvidenceBundle;
};


export type MutationPublishEvidenceArgs = {
  input: EvidenceInput;
};

export type Query = {
  /** Without `environment` the tenant's default one, without `stage` the last stage. */
  readonly evidenceOk: EvidenceOk;
  /** Every record of a release, newest first, superseded and unsigned ones included. */
  readonly releaseEvidence: ReadonlyArray<EvidenceBundle>;
};


export type QueryEvidenceOkArgs = {
  digests?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  environment?: InputMaybe<Scalars['String']['input']>;
  podTemplateHash?: InputMaybe<Scalars['String']['input']>;
  releaseId: Scalars['ID']['input'];
  service: Scalars['String']['input'];
  stage?: InputMaybe<Scalars['String']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryReleaseEvidenceArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  releaseId: Scalars['ID']['input'];
  service: Scalars['String']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};

/** A reason as the policy names it: stable code, class, parameters, and the text rendered from the policy's METADATA. */
export type Reason = {
  readonly class: Scalars['String']['output'];
  readonly code: Scalars['String']['output'];
  readonly fix: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly params: Scalars['JSON']['output'];
};

/** What was measured of one service in one window. `p95Ms` is the exact value rounded up; the policy compares the exact one. */
export type SloSnapshot = {
  readonly errorRate: Scalars['Float']['output'];
  readonly p95Ms: Scalars['Int']['output'];
  readonly p99Ms: Maybe<Scalars['Int']['output']>;
  readonly service: Scalars['String']['output'];
  /** How long was measured, as a duration such as `8s`. */
  readonly window: Scalars['String']['output'];
};

export type SloSnapshotInput = {
  readonly errorRate: Scalars['Float']['input'];
  readonly p95Ms: Scalars['Int']['input'];
  readonly p99Ms?: InputMaybe<Scalars['Int']['input']>;
  readonly service: Scalars['String']['input'];
  readonly window: Scalars['String']['input'];
};

export type Verdict =
  | 'fail'
  | 'hold'
  | 'pass';
