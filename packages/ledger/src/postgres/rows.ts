// Rows as the driver gives them, and the values they stand for. `bigint` arrives as text.
import type { LedgerEntry, SealedEntry } from '../entry.ts';

export interface EntryRow {
  readonly ingest_sequence: string;
  readonly tenant: string;
  readonly stream: string;
  readonly type: string;
  readonly subject: string;
  readonly body_digest: string;
  readonly actor: string;
  readonly at: string;
}

export interface ReceiptRow extends Pick<EntryRow, 'ingest_sequence'> {
  readonly position: string | null;
  readonly hash: string | null;
}

export interface SealedRow extends EntryRow {
  readonly position: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** Checks nothing: a row that was tampered with must come out as it is, for verification to name it. */
export function entryOf(row: EntryRow): LedgerEntry & { readonly ingestSequence: number } {
  const { tenant, stream, type, subject, actor, at } = row;
  return { tenant, stream, type, subject, bodyDigest: row.body_digest, actor, at, ingestSequence: Number(row.ingest_sequence) };
}

export function sealedEntryOf(row: SealedRow): SealedEntry {
  return { ...entryOf(row), position: Number(row.position), previousHash: row.previous_hash, hash: row.hash };
}
