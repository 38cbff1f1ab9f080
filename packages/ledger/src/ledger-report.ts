import type { KeyResolver } from '@promotable/attest';
import type { ChainHead } from './chain.ts';
import type { StreamId } from './entry.ts';

/** What verification finds; the table of the README says what each code means. */
export type LedgerFaultCode =
  /** No header, a second one, or one that is malformed. */
  | 'HEADER_INVALID'
  /** A line that is no line of an export in canonical form. */
  | 'LINE_INVALID'
  /** The content of this record is not what was hashed. */
  | 'HASH_MISMATCH'
  /** This record does not continue the one before. */
  | 'LINK_BROKEN'
  | 'GAP'
  | 'OUT_OF_ORDER'
  /** A record or checkpoint of another tenant or stream. */
  | 'FOREIGN_ENTRY'
  | 'FOREIGN_CHECKPOINT'
  /** Malformed, not signed by an accepted key, or in the wrong place. */
  | 'CHECKPOINT_INVALID'
  /** The chain has another hash at the position of a checkpoint: it was rewritten. */
  | 'CHECKPOINT_MISMATCH'
  /** The chain does not reach a checkpoint: its tail was removed, or an older state restored. */
  | 'BEHIND_CHECKPOINT'
  /** A checkpoint is of a later epoch than the ledger. */
  | 'EPOCH_MISMATCH'
  /** The export ends before the position that its header names. */
  | 'TRUNCATED';

/** Something in a log that is not as it was written. */
export interface LedgerFault {
  /** Position of the record concerned; null when it is none in particular. */
  readonly position: number | null;
  readonly code: LedgerFaultCode;
  readonly message: string;
}

/** What verification of one log says. */
export interface LedgerReport {
  /** True when nothing is wrong. Entries may still be unsealed. */
  readonly ok: boolean;
  /** From the header; null when it could not be read. */
  readonly stream: StreamId | null;
  /** Entries read. */
  readonly entries: number;
  readonly head: ChainHead | null;
  /** Greatest position that a checkpoint from outside vouches for; null when none does. */
  readonly anchored: number | null;
  /** Entries behind the last good checkpoint, with those that wait for a position: not yet provable against the database's owner. */
  readonly unsealed: number;
  /** Where recoveries stated a loss. */
  readonly discontinuities: readonly { readonly position: number; readonly at: string; readonly subject: string }[];
  /** At most 100, in the order found. */
  readonly faults: readonly LedgerFault[];
}

/** Whom to believe, and what is known from outside. */
export interface VerifyLedgerOptions {
  /** Keys accepted for use `checkpoint`. */
  readonly resolveKey: KeyResolver;
  /** Checkpoint bundles of this stream that left the database before: from receipts, logs, earlier exports. @default none */
  readonly checkpoints?: readonly unknown[];
  /** The stream expected; another one in the header is a fault. @default whatever the header names */
  readonly stream?: StreamId;
  /** Stops the verification. @default none */
  readonly signal?: AbortSignal;
}
