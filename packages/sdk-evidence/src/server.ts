// `@promotable/sdk-evidence/server`: takes evidence in, keeps it, says what stands. PostgreSQL is at `./server/postgres`.
export { createEvidenceReceiver } from './server/receive.ts';
export { evidenceModule } from './server/evidence-module.ts';
export { memoryEvidenceStore } from './server/memory-store.ts';
export { evidenceBundleOf } from './server/evidence-bundle.ts';
export { evidenceStream } from './server/ledger-entry.ts';
export { standingOf } from './server/standing.ts';

export type { EvidenceReceiver, EvidenceReceiverOptions, ReceiveContext } from './server/receive.ts';
export type { Attempt } from './attempt.ts';
export type { EvidenceContext, EvidenceModule, EvidenceModuleOptions } from './server/evidence-module.ts';
export type { EvidenceInput, UnsignedClaims } from './server/evidence-input.ts';
export type {
  Attested,
  EvidenceRecord,
  NewEvidenceRecord,
  RecordIdentity,
  ReleaseKey,
  SignedContent,
  SignedRecord,
  UnsignedContent,
} from './server/evidence-record.ts';
export type { EvidenceStore, InsertedChange, Insertion, InsertOptions } from './server/evidence-store.ts';
export type { ReceiveEvent, ReceiveListener } from './server/evidence-events.ts';
export type { RankedRecord } from './server/standing.ts';
export type { Trust } from './server/signed-submission.ts';
