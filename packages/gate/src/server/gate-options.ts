import type { Signer } from '@promotable/attest';
import type { Clock, Logger, PolicyReason, Transactor, Verdict } from '@promotable/contracts';
import type { Ledger } from '@promotable/ledger';
import type { FactSources } from './gather-facts.ts';
import type { GateEvents } from './gate-events.ts';
import type { GateStore } from './gate-store.ts';
import type { LoadedPolicy } from './loaded-policy.ts';

/** What a gate reads, writes and signs with. */
export interface GateOptions extends FactSources {
  readonly store: GateStore;
  readonly transactor: Transactor;
  /** Gets one entry per decision, in the transaction that records it; its epoch orders decisions across restores. */
  readonly ledger: Pick<Ledger, 'append' | 'epoch'>;
  readonly policy: LoadedPolicy;
  /** Key of the use `decision`. */
  readonly signer: Signer;
  /**
   * Whether clients believe at this moment what a key signed earlier; a recorded decision that they would refuse is signed anew by {@link signer}.
   * @default always
   */
  readonly isBelieved?: (keyId: string, verdict: Verdict) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Why this process must decide nothing, such as a ledger that lies behind an exported checkpoint: the hold that every question gets. @default none */
  readonly suspended?: PolicyReason | null;
  /** @default crypto.randomUUID */
  readonly randomUuid?: () => string;
  /** @default none */
  readonly listeners?: readonly GateEvents[];
  /** Base URL of MC for `explainUrl`, without a trailing slash. @default none */
  readonly publicUrl?: string;
}
