import type { CoverageValue, ProvenanceValue, SbomValue, TestsValue } from './build-values.ts';
import type { CostValue, EvidenceRun, SloValue } from './evidence.ts';
import type { ScanValue } from './scan-value.ts';

/** One record of an item, as the gate reads it. Times in milliseconds since the Unix epoch. */
export interface ItemRecord<Value> {
  /** Statement digest, lowercase hex. */
  readonly evidenceId: string;
  /** `sha256:…` of the artifacts it is bound to; empty where it is bound to the release itself. */
  readonly digests: readonly string[];
  readonly observed: { readonly from: number; readonly until: number };
  readonly receivedAt: number;
  readonly run: EvidenceRun;
  /** Order of arrival, given inside the record's own transaction. */
  readonly ingestSequence: number;
  readonly keyId: string;
  /** W3C `traceparent` of the request that brought it, for links between traces; no fact. */
  readonly traceparent: string | null;
  readonly podTemplateHash: string | null;
  readonly value: Value | { readonly absent: string };
  readonly samples: number | null;
  readonly stableSamples: number | null;
}

/** What stands for one item: the counting record, the one before it, and how often it failed. */
export interface ItemStanding<Value> {
  /** The greatest (observed.until, run.attempt, ingestSequence) of this digest, checkpoint and item. */
  readonly counting: ItemRecord<Value>;
  /** Digests (`sha256:…`) for which it is the counting one; that of the release itself for a record that is bound to no artifact. */
  readonly countsFor: readonly string[];
  readonly previous: ItemRecord<Value> | null;
  /** Distinct run ids of this item that failed; items that cannot fail by themselves say 0. */
  readonly failedRuns: number;
  /** Failed records that a later one replaced. */
  readonly supersededFailures: number;
  /** The records that it replaced for these digests, the latest first, at most 20; whether one of them failed may hang on a threshold. */
  readonly superseded: readonly ItemRecord<Value>[];
}

/** Everything on record about a release at one stage of one environment; read in one snapshot. */
export interface ReleaseEvidence {
  readonly known: boolean;
  /** The release's digest set, sorted; empty until a build record fixes it. */
  readonly digests: readonly string[];
  /** How often a token with `release:rebuild` replaced the digest set; a change voids earlier passes. */
  readonly rebuildRevision: number;
  readonly untrusted: number;
  readonly unsigned: number;
  /** Until when each notice of a statement that waits in a publisher's spool counts, milliseconds since the Unix epoch; at most 100. */
  readonly spooledUntil: readonly number[];
  /** Several jobs add up: one standing per record that counts for at least one digest; empty = none. */
  readonly sbom: readonly ItemStanding<SbomValue>[];
  readonly tests: readonly ItemStanding<TestsValue>[];
  readonly coverage: readonly ItemStanding<CoverageValue>[];
  readonly scan: readonly ItemStanding<ScanValue>[];
  readonly provenance: readonly ItemStanding<ProvenanceValue>[];
  readonly slo: ItemStanding<SloValue> | null;
  readonly cost: ItemStanding<CostValue> | null;
}

/** Which release, where; `stage` picks the stage items. */
export interface ReleaseQuestion {
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
  readonly environment: string;
  readonly stage: string;
}
