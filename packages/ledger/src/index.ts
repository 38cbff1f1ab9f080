// The log
export { createMemoryLedger } from './memory-ledger.ts';
export { memoryTransactor } from './memory-transactor.ts';
export { createSequencer } from './sequencer.ts';
export { LedgerEntry, maxEntryBytes, StreamId } from './entry.ts';
export { newEpoch } from './epoch.ts';
export { discontinuityEntry, discontinuityType } from './discontinuity.ts';
export { acceptLoss } from './accept-loss.ts';
// Its proof
export { entryHash, genesisHash } from './entry-hash.ts';
export { Checkpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export { lostCheckpoints } from './lost-checkpoints.ts';
export { exportLedger } from './export-ledger.ts';
export { verifyLedger, verifyLedgerExport } from './verify-ledger.ts';
export { LedgerError } from './ledger-error.ts';

export type { AcceptedLoss, AcceptLossOptions } from './accept-loss.ts';
export type { ChainHead } from './chain.ts';
export type { Discontinuity } from './discontinuity.ts';
export type { SealedEntry } from './entry.ts';
export type {
  AppendOptions,
  BodyReceipt,
  Ledger,
  LedgerHead,
  Page,
  Receipt,
  SealableLedger,
  SealOptions,
  SealResult,
  StoredCheckpoint,
} from './ledger.ts';
export type { ExportLedgerOptions } from './export-ledger.ts';
export type { LedgerErrorCode } from './ledger-error.ts';
export type { LostCheckpoint } from './lost-checkpoints.ts';
export type { MemoryLedgerOptions } from './memory-ledger.ts';
export type { Round, Sequencer, SequencerOptions } from './sequencer.ts';
export type { LedgerFault, LedgerFaultCode, LedgerReport, VerifyLedgerOptions } from './ledger-report.ts';
