// What the gate keeps: decisions, the start of each stage, standings and the policies it used. Decisions are appended, never changed.
import type {
  Bundle,
  DecisionPredicate,
  ReleaseActivity,
  ReleaseActivityQuery,
  ReleaseName,
  RolloutFacts,
  Transaction,
  Verdict,
} from '@promotable/contracts';
import type { ResolvedQuestion } from '../gate-question.ts';
import type { EnvironmentStanding } from './standing.ts';

/** The subject of a decision without its kind, which only the decision itself knows. */
export type SubjectKey = Pick<ResolvedQuestion, 'tenant' | 'service' | 'releaseId' | 'environment' | 'stage'>;
/** Where a service has a current release. */
export type EnvironmentKey = Pick<SubjectKey, 'tenant' | 'service' | 'environment'>;

/** A decision on record with what it was made from. */
export interface RecordedDecision {
  readonly decision: DecisionPredicate;
  readonly bundle: Bundle;
  readonly facts: RolloutFacts;
  /** See {@link fingerprint}. */
  readonly fingerprint: string;
  /** Which question within the subject. */
  readonly questionDigest: string;
  /** Since when this question has been held without a break, milliseconds since the Unix epoch; null unless it is a hold. */
  readonly heldSince: number | null;
}

/** The newest revision of a subject, and its answer to one question. */
export interface SubjectState {
  /** Of the latest decision about the subject, whatever the question; 0 = none. */
  readonly revision: number;
  /** The latest decision of this question. */
  readonly recorded: RecordedDecision | null;
}

/** How a release and its digests stand in an environment. */
export interface StandingState {
  /** 0 = nothing on record. */
  readonly revision: number;
  readonly standing: EnvironmentStanding;
}

export interface NewDecision extends RecordedDecision {
  /** The standing after it, written only over the revision it was computed from; null = unchanged. */
  readonly standing: StandingState | null;
}

/** A policy as it was used, kept under its digest. */
export interface KeptPolicy {
  readonly digest: string;
  readonly entrypoint: string;
  readonly layer: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly wasm: Uint8Array;
}

/** A signed list of proven digests. */
export interface RecordedProvenList {
  readonly revision: number;
  /** Of what it says; its times and its revision are no part of it. */
  readonly fingerprint: string;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly bundle: Bundle;
}

/** The policy that decides now, for all processes on a store. */
export interface ActivePolicy {
  readonly digest: string;
  /** Counts activations, from 1. */
  readonly revision: number;
}

/** Which decisions are listed. */
export interface DecisionQuery {
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
  readonly limit: number;
}

/** Restricts the list to releases whose last decision at some stage is such. */
export interface DecisionActivityQuery extends ReleaseActivityQuery {
  /** Null = any. */
  readonly environment: string | null;
  /** Null = any. */
  readonly verdict: Verdict | null;
}

/** The newest decision of a question, and since when it holds. */
export type LatestDecision = Pick<RecordedDecision, 'decision' | 'heldSince'>;

/** Keeps decisions, stages, standings and policies; every adapter passes `gateStoreConformance`. */
export interface GateStore {
  /** Inserts the start of (subject, stage, podTemplateHash) once, of a question in shadow apart from the enforced one. @returns the start on record, milliseconds since the Unix epoch */
  startStage(question: ResolvedQuestion, at: number): Promise<number>;
  /** The start on record, milliseconds since the Unix epoch; null = the stage has not begun. */
  stageStart(question: ResolvedQuestion): Promise<number | null>;
  readSubject(question: ResolvedQuestion): Promise<SubjectState>;
  readStanding(key: EnvironmentKey): Promise<StandingState>;
  /** Compare-and-set on `decision.revision` and on the standing's. @returns false when another writer came first; the transaction must then be rolled back */
  record(entry: NewDecision, options: { readonly tx: Transaction }): Promise<boolean>;
  decision(tenant: string, id: string): Promise<RecordedDecision | null>;
  /** Latest first. */
  decisions(query: DecisionQuery): Promise<readonly RecordedDecision[]>;
  /** The latest enforced pass at the same stage of the same service and environment, of any release, that was recorded before `id`. */
  passBefore(tenant: string, id: string): Promise<RecordedDecision | null>;
  /** Releases by when an enforced decision about them was made last, in the environment that is asked for. */
  activity(query: DecisionActivityQuery): Promise<readonly ReleaseActivity[]>;
  /** The last enforced decision at every stage of every environment of these releases, by environment and stage. */
  latestDecisions(tenant: string, releases: readonly ReleaseName[]): Promise<readonly LatestDecision[]>;
  /** The list of proven digests in force; null = none was signed yet. */
  provenList(key: EnvironmentKey): Promise<RecordedProvenList | null>;
  /** Compare-and-set on `revision`. @returns false when another writer came first */
  recordProvenList(key: EnvironmentKey, list: RecordedProvenList): Promise<boolean>;
  keepPolicy(policy: KeptPolicy): Promise<void>;
  policy(digest: string): Promise<KeptPolicy | null>;
  /** Makes a kept policy the active one; the same again changes nothing. */
  activatePolicy(digest: string): Promise<ActivePolicy>;
  activePolicy(): Promise<ActivePolicy | null>;
}
