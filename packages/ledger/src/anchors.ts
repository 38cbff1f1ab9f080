// Checkpoints that left the database before: what the chain must meet, whoever owns the database now.
import type { KeyResolver } from '@promotable/attest';
import type { AddFault } from './chain-verifier.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import type { ChainHead } from './chain.ts';
import type { StreamId } from './entry.ts';

export interface Anchors {
  /** Greatest position met so far. */
  readonly met: number | null;
  /** Latest epoch among them; null when there is none. */
  readonly epoch: string | null;
  check(entry: ChainHead): void;
  /** Reports those that the chain never reached. */
  finish(): void;
}

/** Bundles that fail to verify are faults: an anchor that cannot be believed must not be passed over in silence. */
export function createAnchors(bundles: readonly unknown[], stream: StreamId, resolveKey: KeyResolver, add: AddFault): Anchors {
  const pending = new Map<number, Checkpoint[]>();
  let epoch: string | null = null;
  let met: number | null = null;
  for (const bundle of bundles) {
    const checkpoint = readCheckpoint(bundle, stream, resolveKey, add);
    if (checkpoint === null) continue;
    pending.set(checkpoint.position, [...(pending.get(checkpoint.position) ?? []), checkpoint]);
    if (epoch === null || checkpoint.epoch > epoch) epoch = checkpoint.epoch;
  }
  return {
    get met() {
      return met;
    },
    get epoch() {
      return epoch;
    },
    check({ position, hash }) {
      const here = pending.get(position);
      if (here === undefined) return;
      pending.delete(position);
      if (here.every((checkpoint) => checkpoint.hash === hash)) met = Math.max(met ?? 0, position);
      else add(position, 'CHECKPOINT_MISMATCH', `record ${position} is not the one that an exported checkpoint vouches for`);
    },
    finish() {
      for (const position of [...pending.keys()].sort((a, b) => a - b))
        add(position, 'BEHIND_CHECKPOINT', `the chain does not reach record ${position}, which an exported checkpoint vouches for`);
    },
  };
}

/** Null, and a fault, unless the bundle is a checkpoint of this stream by an accepted key. */
export function readCheckpoint(bundle: unknown, stream: StreamId, resolveKey: KeyResolver, add: AddFault): Checkpoint | null {
  let checkpoint: Checkpoint;
  try {
    checkpoint = verifyCheckpoint(bundle, resolveKey);
  } catch (error) {
    add(null, 'CHECKPOINT_INVALID', `a checkpoint is not believed: ${(error as Error).message}`);
    return null;
  }
  if (checkpoint.tenant === stream.tenant && checkpoint.stream === stream.stream) return checkpoint;
  add(checkpoint.position, 'FOREIGN_CHECKPOINT', `a checkpoint belongs to ${checkpoint.tenant}/${checkpoint.stream}`);
  return null;
}
