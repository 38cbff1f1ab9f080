import { digestOf } from '@promotable/attest';
import type { SealedEntry } from './entry.ts';

/** What the first entry of a chain names as the hash before it. */
export const genesisHash = '0'.repeat(64);

/** SHA-256 in hex of RFC 8785 of all fields but the hash itself, so every byte of an entry and its place are bound. */
export function entryHash(entry: Omit<SealedEntry, 'hash'>): string {
  const { tenant, stream, position, previousHash, type, subject, bodyDigest, actor, at, ingestSequence } = entry;
  return digestOf({ tenant, stream, position, previousHash, type, subject, bodyDigest, actor, at, ingestSequence });
}
