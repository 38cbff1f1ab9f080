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

/** What the windows of an environment are held against now; null = no budget. */
export type Budget = {
  readonly environment: Scalars['String']['output'];
  readonly errorRate: Maybe<Scalars['Float']['output']>;
  readonly p95Ms: Maybe<Scalars['Float']['output']>;
  readonly p99Ms: Maybe<Scalars['Float']['output']>;
  /** In the order of the rollout. */
  readonly stages: ReadonlyArray<Scalars['String']['output']>;
};

export type Change = {
  readonly after: Maybe<Scalars['String']['output']>;
  readonly before: Maybe<Scalars['String']['output']>;
  readonly what: Scalars['String']['output'];
};

export type CostSnapshot = {
  readonly graphqlPerMillionUsd: Maybe<Scalars['Float']['output']>;
  readonly ingestPerThousandUsd: Maybe<Scalars['Float']['output']>;
};

/** One evidence record as it was accepted; never changed afterwards. */
export type EvidenceBundle = {
  readonly artifacts: ReadonlyArray<ArtifactRef>;
  /** The signed bytes, in the form of whoever signed; null for unsigned claims. */
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
  /** In place of `bundle`: the text of a DSSE envelope or Sigstore bundle that another tool signed, as it came. */
  readonly attestation?: InputMaybe<Scalars['String']['input']>;
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

/** A waiver or an override: it turns the reasons it lists into warnings, for its digests, stages and environment. */
export type Exception = {
  readonly acts: ReadonlyArray<ExceptionAct>;
  /** The signed statement, a Sigstore bundle v0.3; null until it is in force. */
  readonly bundle: Maybe<Scalars['JSON']['output']>;
  readonly codes: ReadonlyArray<Scalars['String']['output']>;
  /** For break-glass that nobody countersigned yet: until when somebody must. */
  readonly countersignBy: Maybe<Scalars['DateTime']['output']>;
  /** `sha256:…` */
  readonly digests: ReadonlyArray<Scalars['String']['output']>;
  readonly environment: Scalars['String']['output'];
  readonly expiresAt: Scalars['DateTime']['output'];
  readonly id: Scalars['ID']['output'];
  /** Null until it is in force. */
  readonly issuedAt: Maybe<Scalars['DateTime']['output']>;
  readonly kind: ExceptionKind;
  /** Roles whose approval is still missing. */
  readonly missingRoles: ReadonlyArray<Scalars['String']['output']>;
  readonly mitigation: Maybe<Scalars['String']['output']>;
  readonly owner: Maybe<Scalars['String']['output']>;
  readonly path: Maybe<Scalars['String']['output']>;
  /** Why: the justification of a waiver, the reason of an override. */
  readonly reason: Scalars['String']['output'];
  readonly requestedAt: Scalars['DateTime']['output'];
  readonly requestedBy: Scalars['String']['output'];
  readonly rule: Maybe<Scalars['String']['output']>;
  readonly service: Scalars['String']['output'];
  readonly stages: ReadonlyArray<Scalars['String']['output']>;
  readonly state: ExceptionState;
  readonly suite: Maybe<Scalars['String']['output']>;
  readonly ticket: Scalars['String']['output'];
};

/** Something that was done to an exception; each act is an entry of the ledger. */
export type ExceptionAct = {
  readonly actor: Scalars['String']['output'];
  readonly at: Scalars['DateTime']['output'];
  readonly note: Maybe<Scalars['String']['output']>;
  readonly role: Maybe<Scalars['String']['output']>;
  readonly type: Scalars['String']['output'];
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

/** A decision that is the last one of its stage and rests on a key. */
export type KeyDecision = {
  readonly environment: Scalars['String']['output'];
  readonly evaluatedAt: Scalars['DateTime']['output'];
  readonly id: Scalars['ID']['output'];
  readonly releaseId: Scalars['ID']['output'];
  readonly service: Scalars['String']['output'];
  /** The key signed the decision itself; else it signed evidence that counted. */
  readonly signed: Scalars['Boolean']['output'];
  readonly stage: Scalars['String']['output'];
  readonly validUntil: Maybe<Scalars['DateTime']['output']>;
  readonly verdict: Verdict;
};

/** What rests on a key: what its revocation would hold. */
export type KeyImpact = {
  /** The last decision of each stage, latest first, at most 200. */
  readonly decisions: ReadonlyArray<KeyDecision>;
  readonly keyId: Scalars['String']['output'];
  /** Whether there are more of either than are listed. */
  readonly more: Scalars['Boolean']['output'];
  readonly records: Scalars['Int']['output'];
  /** Latest evidence first, at most 200. */
  readonly releases: ReadonlyArray<KeyRelease>;
  readonly status: Scalars['String']['output'];
  /** Null where no key set lists it. */
  readonly use: Maybe<Scalars['String']['output']>;
};

/** A release whose evidence a key signed. */
export type KeyRelease = {
  readonly lastReceivedAt: Scalars['DateTime']['output'];
  /** Records of it that the key signed. */
  readonly records: Scalars['Int']['output'];
  readonly releaseId: Scalars['ID']['output'];
  readonly service: Scalars['String']['output'];
};

export type Mutation = {
  /** Four eyes: never by who asked for it, and nobody approves twice. */
  readonly approveWaiver: Exception;
  /** One person on call, at once; somebody else must countersign it, or the next gate here holds. */
  readonly breakGlass: Exception;
  readonly countersign: Exception;
  readonly createOverride: Exception;
  /** A publisher says that it holds a statement back in its spool: what is missing is then pending. Forgotten after 7 days, or when it arrives. */
  readonly noticeSpooled: SpoolNotice;
  readonly publishEvidence: EvidenceBundle;
  /** An override that was signed elsewhere, by a key of the use `override`, such as one that was used while MC was away. */
  readonly recordOverride: Exception;
  readonly requestWaiver: Exception;
  readonly revokeException: Exception;
};


export type MutationApproveWaiverArgs = {
  id: Scalars['ID']['input'];
  role: Scalars['String']['input'];
};


export type MutationBreakGlassArgs = {
  input: OverrideInput;
};


export type MutationCountersignArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateOverrideArgs = {
  input: OverrideInput;
};


export type MutationNoticeSpooledArgs = {
  releaseId: Scalars['ID']['input'];
  service: Scalars['String']['input'];
  statementDigest: Scalars['String']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type MutationPublishEvidenceArgs = {
  input: EvidenceInput;
};


export type MutationRecordOverrideArgs = {
  bundle: Scalars['JSON']['input'];
};


export type MutationRequestWaiverArgs = {
  input: WaiverInput;
};


export type MutationRevokeExceptionArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};

export type OverrideInput = {
  /** Who wrote the change; break-glass needs it, and it must be somebody else. */
  readonly author?: InputMaybe<Scalars['String']['input']>;
  readonly codes: ReadonlyArray<Scalars['String']['input']>;
  readonly digests: ReadonlyArray<Scalars['String']['input']>;
  readonly environment: Scalars['String']['input'];
  readonly expiresAt: Scalars['DateTime']['input'];
  /** At most 128 characters: the same key and input again give the first override. None by default. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether a gate that cannot reach MC may go on by it alone. */
  readonly offline?: InputMaybe<Scalars['Boolean']['input']>;
  readonly reason: Scalars['String']['input'];
  readonly service: Scalars['String']['input'];
  readonly stages: ReadonlyArray<Scalars['String']['input']>;
  readonly tenant?: InputMaybe<Scalars['ID']['input']>;
  readonly ticket: Scalars['String']['input'];
};

export type Query = {
  /** Without `environment` the tenant's default one, without `stage` the last stage. */
  readonly evidenceOk: EvidenceOk;
  /** Waivers and overrides, latest first; without `ended` only those that wait or are in force. */
  readonly exceptions: ReadonlyArray<Exception>;
  /** Of the services that the caller may name. */
  readonly keyImpact: KeyImpact;
  /** Every record of a release, newest first, superseded and unsigned ones included. */
  readonly releaseEvidence: ReadonlyArray<EvidenceBundle>;
  /** Null where nothing is on record. */
  readonly releaseStory: Maybe<ReleaseStory>;
  /**
   * Releases of the tenant that the caller may name, latest activity first. `environment` and `verdict` keep those whose last decision at some
   * stage is such; `search` is a part of the release id.
   */
  readonly releases: ReleasePage;
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


export type QueryExceptionsArgs = {
  ended?: InputMaybe<Scalars['Boolean']['input']>;
  environment?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  kind?: InputMaybe<ExceptionKind>;
  service?: InputMaybe<Scalars['String']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryKeyImpactArgs = {
  keyId: Scalars['String']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryReleaseEvidenceArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  releaseId: Scalars['ID']['input'];
  service: Scalars['String']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryReleaseStoryArgs = {
  releaseId: Scalars['ID']['input'];
  service: Scalars['String']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryReleasesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  environment?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  service?: InputMaybe<Scalars['String']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
  verdict?: InputMaybe<Verdict>;
};

/** A reason as the policy names it: stable code, class, parameters, and the text rendered from the policy's METADATA. */
export type Reason = {
  readonly class: Scalars['String']['output'];
  readonly code: Scalars['String']['output'];
  readonly fix: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly params: Scalars['JSON']['output'];
};

export type ReleasePage = {
  /** Pass it as `after` for the next page; null on the last one. */
  readonly next: Maybe<Scalars['String']['output']>;
  readonly releases: ReadonlyArray<ReleaseSummary>;
};

/** Everything on record about a release, for people; nothing here decides. */
export type ReleaseStory = {
  readonly budgets: ReadonlyArray<Budget>;
  /** Latest first, at most 100. */
  readonly decisions: ReadonlyArray<StoryDecision>;
  /** The release's digest set; empty until a build record fixes it. */
  readonly digests: ReadonlyArray<Scalars['String']['output']>;
  /** Latest arrival first, at most 200. */
  readonly evidence: ReadonlyArray<StoryEvidence>;
  /** How often its artifacts were replaced. */
  readonly rebuilds: Scalars['Int']['output'];
  readonly releaseId: Scalars['ID']['output'];
  readonly service: Scalars['String']['output'];
  /** Statements refused because their signer was not trusted. */
  readonly untrusted: Scalars['Int']['output'];
};

export type ReleaseSummary = {
  /** When evidence or a decision about it came last. */
  readonly lastActivityAt: Scalars['DateTime']['output'];
  readonly releaseId: Scalars['ID']['output'];
  readonly service: Scalars['String']['output'];
  /** By environment and stage; none where nobody asked yet. */
  readonly stages: ReadonlyArray<StageVerdict>;
};

export type RunRef = {
  readonly attempt: Scalars['Int']['output'];
  readonly id: Scalars['String']['output'];
  readonly provider: Scalars['String']['output'];
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

export type SinceLastPass = {
  readonly changes: ReadonlyArray<Change>;
  readonly decisionId: Scalars['ID']['output'];
  readonly evaluatedAt: Scalars['DateTime']['output'];
  readonly releaseId: Scalars['ID']['output'];
};

export type SpoolNotice = {
  /** Null where nothing waits: the statement is on record, or a hundred of the release are noted already. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  readonly statementDigest: Scalars['String']['output'];
};

/** The last decision about a release at one stage of one environment. */
export type StageVerdict = {
  readonly decidedAt: Scalars['DateTime']['output'];
  readonly decisionId: Scalars['ID']['output'];
  readonly environment: Scalars['String']['output'];
  /** Since when the question is held without a break; null unless it is a hold. */
  readonly heldSince: Maybe<Scalars['DateTime']['output']>;
  /** Codes of the reasons, in their order. */
  readonly reasons: ReadonlyArray<Scalars['String']['output']>;
  readonly stage: Scalars['String']['output'];
  readonly verdict: Verdict;
};

/** A decision within the story of its release. */
export type StoryDecision = {
  /** `sha256:…` that were asked about. */
  readonly digests: ReadonlyArray<Scalars['String']['output']>;
  readonly environment: Scalars['String']['output'];
  readonly evaluatedAt: Scalars['DateTime']['output'];
  /** Statement digests of the evidence that counted. */
  readonly evidence: ReadonlyArray<Scalars['String']['output']>;
  readonly heldSince: Maybe<Scalars['DateTime']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly kind: Scalars['String']['output'];
  /** Null until it is sealed, which takes a second. */
  readonly ledgerPosition: Maybe<Scalars['Int']['output']>;
  readonly mode: Scalars['String']['output'];
  readonly override: Maybe<Scalars['String']['output']>;
  readonly podTemplateHash: Maybe<Scalars['String']['output']>;
  readonly policyDigest: Scalars['String']['output'];
  readonly reasons: ReadonlyArray<Reason>;
  readonly revision: Scalars['Int']['output'];
  /** What is not as it was at the last pass of this stage, of any release. Told of the last decision of each stage, unless it is a pass itself. */
  readonly sinceLastPass: Maybe<SinceLastPass>;
  readonly stage: Maybe<Scalars['String']['output']>;
  readonly stageStartedAt: Maybe<Scalars['DateTime']['output']>;
  readonly validUntil: Maybe<Scalars['DateTime']['output']>;
  readonly verdict: Verdict;
  readonly warnings: ReadonlyArray<Reason>;
};

/** An evidence record within the story of its release. */
export type StoryEvidence = {
  readonly checkpoint: Maybe<Scalars['String']['output']>;
  /** `sha256:…` of the artifacts it is bound to. */
  readonly digests: ReadonlyArray<Scalars['String']['output']>;
  /** Null for build evidence, which counts in every environment. */
  readonly environment: Maybe<Scalars['String']['output']>;
  /** Statement digest of a signed record; a random id of unsigned claims. */
  readonly id: Scalars['ID']['output'];
  readonly items: ReadonlyArray<StoryItem>;
  readonly keyId: Maybe<Scalars['String']['output']>;
  /** Null until it is sealed, which takes a second. */
  readonly ledgerPosition: Maybe<Scalars['Int']['output']>;
  readonly observedFrom: Maybe<Scalars['DateTime']['output']>;
  readonly observedUntil: Maybe<Scalars['DateTime']['output']>;
  readonly receivedAt: Scalars['DateTime']['output'];
  /** How many fields were redacted before signing. */
  readonly redactions: Scalars['Int']['output'];
  readonly run: Maybe<RunRef>;
  readonly signed: Scalars['Boolean']['output'];
};

/** An item that a record speaks about, and what it says: `value` as it was signed, or `{absent}`. */
export type StoryItem = {
  /** `sha256:…` for which this very record counts; empty where a later one superseded it. */
  readonly countsFor: ReadonlyArray<Scalars['String']['output']>;
  readonly item: Scalars['String']['output'];
  readonly samples: Maybe<Scalars['Int']['output']>;
  readonly stableSamples: Maybe<Scalars['Int']['output']>;
  readonly value: Scalars['JSON']['output'];
};

export type Verdict =
  | 'fail'
  | 'hold'
  | 'pass';

/** Lives from its last approval until `expiresAt`. */
export type WaiverInput = {
  readonly codes: ReadonlyArray<Scalars['String']['input']>;
  readonly digests: ReadonlyArray<Scalars['String']['input']>;
  readonly environment: Scalars['String']['input'];
  readonly expiresAt: Scalars['DateTime']['input'];
  /** At most 128 characters: the same key and input again give the first waiver. None by default. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly justification: Scalars['String']['input'];
  readonly mitigation: Scalars['String']['input'];
  readonly owner: Scalars['String']['input'];
  /** Such as a package URL. */
  readonly path?: InputMaybe<Scalars['String']['input']>;
  /** Such as a CVE. */
  readonly rule?: InputMaybe<Scalars['String']['input']>;
  readonly service: Scalars['String']['input'];
  readonly stages: ReadonlyArray<Scalars['String']['input']>;
  readonly suite?: InputMaybe<Scalars['String']['input']>;
  readonly tenant?: InputMaybe<Scalars['ID']['input']>;
  readonly ticket: Scalars['String']['input'];
};
