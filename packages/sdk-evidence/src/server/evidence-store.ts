// The port: where accepted evidence lies. One conformance suite (`@promotable/sdk-evidence/testing`) binds every adapter.
import type { ReleaseActivity, ReleaseActivityQuery, ReleaseEvidence, ReleaseQuestion, Transaction } from '@promotable/contracts';
import type { EvidenceRecord, NewEvidenceRecord, ReleaseKey } from './evidence-record.ts';

/** Refused statements remembered of one release; more add nothing to what the gate says. */
export const maxUntrusted = 1000;
/** Notices of held back statements remembered of one release; one is enough for the gate to say so. */
export const maxSpooled = 100;
/** Records that one listing may ask for. */
export const maxListed = 200;

/** How a record is written. */
export interface InsertOptions {
  readonly tx: Transaction;
  /** The caller may replace the release's digest set. */
  readonly mayRebuild: boolean;
  /** Appends the record's ledger entry in the same transaction and answers its sequence; called once, for a new record alone. */
  readonly appendEntry: (record: NewEvidenceRecord, change: InsertedChange) => Promise<number>;
}

/** What came with a new record. */
export interface InsertedChange {
  /** It replaced the artifacts of its release. */
  readonly rebuilt: boolean;
  /** The sequence that its entry is to have, where the record was written with it. @default the ledger's next */
  readonly ingestSequence?: number;
}

/** What is on record after a write. */
export interface Insertion {
  /** False: the statement was on record already, and `record` is the first one. */
  readonly isNew: boolean;
  readonly record: EvidenceRecord;
}

/** Keeps evidence records; every adapter passes `evidenceStoreConformance`. */
export interface EvidenceStore {
  /**
   * Writes a record under the lock of its release, as part of `tx`, which must be rolled back when this rejects.
   * @throws {EvidenceError} `IDEMPOTENCY_CONFLICT`, `RELEASE_DIGEST_CONFLICT`, `STORE_UNAVAILABLE`
   */
  insert(record: NewEvidenceRecord, options: InsertOptions): Promise<Insertion>;
  /** Remembers by its digest alone that a statement was refused; answers the record when the tenant has it on record after all. */
  rememberUntrusted(release: ReleaseKey, statementDigest: string): Promise<EvidenceRecord | null>;
  /**
   * Remembers until `until` that a statement waits in a publisher's spool; those that ended before `at` are forgotten. Answers false where
   * the tenant has it on record, or as many of the release are noted as may be. @throws {EvidenceError} `STORE_UNAVAILABLE`
   */
  rememberSpooled(release: ReleaseKey, statementDigest: string, notice: { readonly at: number; readonly until: number }): Promise<boolean>;
  /** What stands at one stage, read in one snapshot. @throws {EvidenceError} `STORE_UNAVAILABLE` */
  releaseEvidence(question: ReleaseQuestion): Promise<ReleaseEvidence>;
  /** Every record of a release, the latest arrival first, superseded and unsigned ones included. */
  records(release: ReleaseKey, limit: number): Promise<EvidenceRecord[]>;
  /** Releases by when evidence about them was received last. @throws {EvidenceError} `STORE_UNAVAILABLE` */
  activity(query: ReleaseActivityQuery): Promise<ReleaseActivity[]>;
}
