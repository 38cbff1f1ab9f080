// The port. Domain packages append and read; only a sequencer seals.
import type { Bundle, Transaction } from '@promotable/contracts';
import type { ChainHead } from './chain.ts';
import type { LedgerEntry, SealedEntry, StreamId } from './entry.ts';

/** Proof that an entry was taken; it has a place in the chain once a sequencer has sealed it, normally within a second. */
export interface Receipt {
  readonly ingestSequence: number;
  readonly state: 'unsealed' | ChainHead;
}

/** A receipt found by what its entry is about. */
export interface BodyReceipt extends Receipt {
  readonly bodyDigest: string;
}

export interface LedgerHead extends ChainHead {
  /** Incarnation of the whole ledger, a UUID of version 7: a later epoch compares greater. */
  readonly epoch: string;
  /** Entries of the stream that wait for a position. */
  readonly unsealed: number;
}

/** A signed checkpoint and the position it vouches for. */
export interface StoredCheckpoint {
  readonly position: number;
  readonly bundle: Bundle;
}

/** A part of a log. */
export interface Page {
  /** Only what lies behind this position. @default 0 */
  readonly after?: number;
  /** At most this many, up to 1000. @default 1000 */
  readonly limit?: number;
}

/** How entries are written. */
export interface AppendOptions {
  readonly tx: Transaction;
  /**
   * One for each entry, growing, taken in `tx` from the ledger's own sequence (in PostgreSQL `ledger.next_ingest_sequence()`), by a record
   * that is written before its entry. @default taken now
   */
  readonly ingestSequences?: readonly number[];
}

/** An append-only, hash-chained log: one chain per tenant and stream. It never interprets an entry. */
export interface Ledger {
  /** Writes entries as part of `tx`: they exist if and only if it commits. Receipts are `unsealed`. @throws {LedgerError} `ENTRY_INVALID`, `TRANSACTION_UNSUITABLE` */
  append(entries: readonly LedgerEntry[], options: AppendOptions): Promise<Receipt[]>;
  /** The present state of a receipt of this stream; null when there is no such entry. */
  receipt(stream: StreamId, ingestSequence: number): Promise<Receipt | null>;
  /** The present state of several receipts of this stream, by ingest sequence; those that do not exist are left out. */
  receipts(stream: StreamId, ingestSequences: readonly number[]): Promise<Receipt[]>;
  /** The present state of entries of this stream by the digest of their body, by ingest sequence; digests without an entry are left out. */
  receiptsByBody(stream: StreamId, bodyDigests: readonly string[]): Promise<BodyReceipt[]>;
  /** Sealed entries by position. */
  entries(stream: StreamId, page?: Page): Promise<SealedEntry[]>;
  head(stream: StreamId): Promise<LedgerHead>;
  /** Checkpoints by position. */
  checkpoints(stream: StreamId, page?: Page): Promise<StoredCheckpoint[]>;
  /** The current epoch; inside a transaction, pass it. */
  epoch(options?: { readonly tx?: Transaction }): Promise<string>;
}

/** How one batch is chained. */
export interface SealOptions {
  /** Most entries of one batch. */
  readonly limit: number;
  /** Signs the head that the batch makes; called before the batch is durable, so a failure leaves every entry unsealed. */
  readonly checkpoint: (head: LedgerHead) => Promise<Bundle>;
}

/** What came of one batch. */
export type SealResult =
  | { readonly status: 'sealed'; readonly sealed: number }
  /** Another sequencer holds the stream. */
  | { readonly status: 'busy' };

/** What a sequencer and a recovery need besides. */
export interface SealableLedger extends Ledger {
  /** Streams with entries that wait, the longest waiting first. */
  unsealedStreams(limit: number): Promise<StreamId[]>;
  /** Chains the oldest waiting entries of a stream and stores the checkpoint, all or nothing. */
  seal(stream: StreamId, options: SealOptions): Promise<SealResult>;
  /** Starts a new incarnation, after a restore lost entries; see {@link newEpoch}. */
  beginEpoch(epoch: string, options: { readonly tx: Transaction }): Promise<void>;
}
