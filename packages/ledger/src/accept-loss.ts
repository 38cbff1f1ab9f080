// The explicit way on after a loss: a new incarnation of the ledger, and the loss stated in every stream that has one.
import type { Clock, Transactor } from '@promotable/contracts';
import type { Checkpoint } from './checkpoint.ts';
import { discontinuityEntry } from './discontinuity.ts';
import { newEpoch } from './epoch.ts';
import type { Receipt, SealableLedger } from './ledger.ts';

/** The ledger that lost entries, and who accepts it. */
export interface AcceptLossOptions {
  readonly ledger: Pick<SealableLedger, 'append' | 'beginEpoch' | 'epoch'>;
  /** Of the same kind of store. */
  readonly transactor: Transactor;
  readonly clock: Pick<Clock, 'now'>;
  /** Who accepts the loss. */
  readonly actor: string;
}

/** The epoch that began, and what says so in the ledger. */
export interface AcceptedLoss {
  readonly epoch: string;
  /** Of the discontinuity entries, in the order of the checkpoints. */
  readonly receipts: readonly Receipt[];
}

/**
 * Begins an epoch that outranks every earlier one, whatever the clock says, and appends a discontinuity entry to the stream of each lost
 * checkpoint, all in one transaction. The next checkpoint of a stream signs its entry and the new epoch.
 */
export function acceptLoss(lost: readonly Checkpoint[], { ledger, transactor, clock, actor }: AcceptLossOptions): Promise<AcceptedLoss> {
  return transactor.transaction(async (tx) => {
    const latest = [await ledger.epoch({ tx }), ...lost.map(({ epoch }) => epoch)].sort().at(-1) as string;
    const epoch = newEpoch({ now: () => Math.max(clock.now(), timeOf(latest) + 1) });
    await ledger.beginEpoch(epoch, { tx });
    const at = new Date(clock.now()).toISOString();
    return {
      epoch,
      receipts: await ledger.append(
        lost.map((checkpoint) => discontinuityEntry({ lost: checkpoint, actor, at })),
        { tx },
      ),
    };
  });
}

/** Milliseconds since the Unix epoch in a UUID of version 7 (RFC 9562 §5.7). */
function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
}
