// Whether a store still holds what was once exported: one record per checkpoint and the epoch, so that every start can afford it.
import type { Checkpoint } from './checkpoint.ts';
import { entryHash } from './entry-hash.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerFaultCode } from './ledger-report.ts';

/** An exported checkpoint that the store does not meet, and how. */
export interface LostCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly code: Extract<LedgerFaultCode, 'BEHIND_CHECKPOINT' | 'CHECKPOINT_MISMATCH' | 'EPOCH_MISMATCH'>;
}

/**
 * Those of some verified checkpoints that the store no longer meets: it ends before them, has another record in their place, or is of an
 * earlier epoch. Reads the record at each position and none before it; {@link verifyLedger} walks the whole chain.
 */
export async function lostCheckpoints(
  ledger: Pick<Ledger, 'entries' | 'epoch'>,
  checkpoints: readonly Checkpoint[],
): Promise<LostCheckpoint[]> {
  const epoch = await ledger.epoch();
  const lost: LostCheckpoint[] = [];
  for (const checkpoint of checkpoints) {
    const { position, hash } = checkpoint;
    const [entry] = await ledger.entries(checkpoint, { after: position - 1, limit: 1 });
    if (entry === undefined) lost.push({ checkpoint, code: 'BEHIND_CHECKPOINT' });
    else if (entry.position !== position || entry.hash !== hash || entryHash(entry) !== hash)
      lost.push({ checkpoint, code: 'CHECKPOINT_MISMATCH' });
    else if (checkpoint.epoch > epoch) lost.push({ checkpoint, code: 'EPOCH_MISMATCH' });
  }
  return lost;
}
