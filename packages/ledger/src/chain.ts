// Gives unchained entries their place behind a head. Pure: both adapters chain alike.
import type { LedgerEntry, SealedEntry } from './entry.ts';
import { entryHash, genesisHash } from './entry-hash.ts';

/** Where a chain ends. */
export interface ChainHead {
  /** Position of the last entry; 0 while there is none. */
  readonly position: number;
  /** Its hash; 64 zeros while there is none. */
  readonly hash: string;
}

export const emptyChain: ChainHead = { position: 0, hash: genesisHash };

/** Chains entries in the order given. */
export function chain(head: ChainHead, entries: readonly (LedgerEntry & { readonly ingestSequence: number })[]): SealedEntry[] {
  let { position, hash } = head;
  return entries.map((entry) => {
    position += 1;
    const placed = { ...entry, position, previousHash: hash };
    hash = entryHash(placed);
    return { ...placed, hash };
  });
}
