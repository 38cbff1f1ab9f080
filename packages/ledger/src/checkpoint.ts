// A signed statement that a chain had this head at that time. Kept outside the database, it finds out even the database's owner.
import { type KeyResolver, type Signer, signStatement, verifyBundle } from '@promotable/attest';
import { type Bundle, Count, faultsOf, Instant, predicateTypes, Sha256Hex, statementType } from '@promotable/contracts';
import { z } from 'zod';
import { StreamId } from './entry.ts';
import type { LedgerHead } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';

/** Predicate of `https://promotable.dev/attestation/checkpoint/v1`. */
export const Checkpoint = StreamId.extend({
  epoch: z.uuid(),
  position: z.int().min(1),
  hash: Sha256Hex,
  at: Instant,
  /** Entries that waited for a position when this was signed. */
  unsealed: Count,
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** Signs a checkpoint; its subject is the hash of the head. */
export async function signCheckpoint(stream: StreamId, head: LedgerHead, at: string, signer: Signer): Promise<Bundle> {
  const { epoch, position, hash, unsealed } = head;
  const predicate: Checkpoint = { tenant: stream.tenant, stream: stream.stream, epoch, position, hash, at, unsealed };
  const subject = [{ name: `${stream.tenant}/${stream.stream}@${position}`, digest: { sha256: hash } }];
  return signStatement({ _type: statementType, subject, predicateType: predicateTypes.checkpoint, predicate }, signer);
}

/**
 * Verifies a checkpoint bundle with a key for use `checkpoint`.
 * @throws {AttestError} of `verifyBundle`
 * @throws {LedgerError} `CHECKPOINT_INVALID` when what was signed is no checkpoint
 */
export function verifyCheckpoint(bundle: unknown, resolveKey: KeyResolver): Checkpoint {
  const { statement } = verifyBundle(bundle, resolveKey);
  const parsed = Checkpoint.safeParse(statement.predicate);
  const faults = parsed.success ? [] : faultsOf(parsed.error);
  if (
    !parsed.success ||
    statement.predicateType !== predicateTypes.checkpoint ||
    statement.subject[0]?.digest.sha256 !== parsed.data.hash
  ) {
    throw new LedgerError('CHECKPOINT_INVALID', 'the signed statement is no checkpoint', { faults, status: 400 });
  }
  return parsed.data;
}
