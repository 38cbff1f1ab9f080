// Walks one chain record by record, in constant memory, and names each record where it fails.
import type { ChainHead } from './chain.ts';
import type { SealedEntry, StreamId } from './entry.ts';
import { entryHash, genesisHash } from './entry-hash.ts';
import type { LedgerFaultCode } from './ledger-report.ts';

export type AddFault = (position: number | null, code: LedgerFaultCode, message: string) => void;

export interface ChainVerifier {
  /** The position that the next record must have. */
  readonly expected: number;
  readonly last: ChainHead | null;
  next(entry: SealedEntry): void;
  /** A line could not be read: it may have been the expected record, so its successor is taken with or without it. */
  skip(): void;
}

export function createChainVerifier(stream: StreamId, add: AddFault): ChainVerifier {
  let expected = 1;
  let last: ChainHead | null = null;
  /** Lines since the last record that could not be read. */
  let unreadable = 0;
  /** Hashes that the next record may name; null = any, after a record that is missing or unreadable. */
  let links: readonly string[] | null = [genesisHash];

  return {
    get expected() {
      return expected;
    },
    get last() {
      return last;
    },
    skip() {
      unreadable += 1;
      links = null;
    },
    next(entry) {
      if (entry.position > expected) expected = Math.min(entry.position, expected + unreadable);
      unreadable = 0;
      const computed = entryHash(entry);
      if (computed !== entry.hash) {
        add(expected, 'HASH_MISMATCH', `record ${expected} is not what was hashed`);
        // The altered record is named once: its successor may link to the hash stored or to the one computed.
        links = [entry.hash, computed];
        last = { position: expected, hash: entry.hash };
        expected += 1;
        return;
      }
      if (entry.tenant !== stream.tenant || entry.stream !== stream.stream)
        add(entry.position, 'FOREIGN_ENTRY', `record ${entry.position} belongs to ${entry.tenant}/${entry.stream}`);
      if (entry.position < expected)
        return add(entry.position, 'OUT_OF_ORDER', `record ${entry.position} stands where ${expected} belongs`);
      if (entry.position > expected) add(expected, 'GAP', `records ${expected} to ${entry.position - 1} are missing`);
      else if (links !== null && !links.includes(entry.previousHash))
        add(entry.position, 'LINK_BROKEN', `record ${entry.position} does not continue record ${entry.position - 1}`);
      links = [entry.hash];
      last = { position: entry.position, hash: entry.hash };
      expected = entry.position + 1;
    },
  };
}
