// What a recovery writes when a restored database lies behind a checkpoint that had already left it.
import { digestOf } from '@promotable/attest';
import type { Checkpoint } from './checkpoint.ts';
import type { LedgerEntry } from './entry.ts';

/** Type of the entry that states a loss. Verification lists it and still reports checkpoints that the chain no longer meets. */
export const discontinuityType = 'discontinuity';

/** That entries were lost, and since which checkpoint. */
export interface Discontinuity {
  /** Last checkpoint known from before the loss. */
  readonly lost: Checkpoint;
  readonly actor: string;
  /** UTC with milliseconds. */
  readonly at: string;
}

/** The entry to append to the checkpoint's stream; its body is the checkpoint that can no longer be reached. */
export function discontinuityEntry({ lost, actor, at }: Discontinuity): LedgerEntry {
  const { tenant, stream, epoch, position } = lost;
  return { tenant, stream, type: discontinuityType, subject: `${epoch}@${position}`, bodyDigest: digestOf(lost), actor, at };
}
