// The ledger's epoch, read at most once a second: only a recovery changes it, and every poll asks for it.
import type { Clock } from '@promotable/contracts';
import type { Ledger } from '@promotable/ledger';

/** How long a reading counts, milliseconds. A decision is never written by it: `record` reads the epoch in its own transaction. */
const keptMs = 1000;

export interface CurrentEpoch {
  read(): Promise<string>;
  /** The next reading is a fresh one. */
  forget(): void;
}

export function currentEpoch(ledger: Pick<Ledger, 'epoch'>, clock: Pick<Clock, 'monotonic'>): CurrentEpoch {
  let last: { readonly epoch: string; readonly at: number } | null = null;
  return {
    async read() {
      if (last === null || clock.monotonic() - last.at >= keptMs) last = { at: clock.monotonic(), epoch: await ledger.epoch() };
      return last.epoch;
    },
    forget() {
      last = null;
    },
  };
}
