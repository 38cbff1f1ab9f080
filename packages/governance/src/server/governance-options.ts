import type { KeySet, Signer } from '@promotable/attest';
import type { Clock, Transaction, Transactor } from '@promotable/contracts';
import type { Ledger } from '@promotable/ledger';
import type { ApprovalRules } from '../approval-rules.ts';
import type { ExceptionAct, ExceptionRecord } from '../exception-record.ts';
import type { ReasonLookup } from '../turnable-codes.ts';
import type { GovernanceStore } from './governance-store.ts';

/** How long exceptions of a service in an environment may live, milliseconds; the policy's settings. */
export interface ExceptionLimits {
  readonly waiverMaxMs: number;
  readonly overrideMaxMs: number;
  readonly breakGlassMaxMs: number;
  /** Within which break-glass must be countersigned. */
  readonly countersignWithinMs: number;
}

/** What was done, to whom, for whoever must hear of it. */
export interface GovernanceEvent {
  readonly record: ExceptionRecord;
  readonly act: ExceptionAct;
  readonly traceId: string | null;
}

/** What governance reads, writes and signs with. */
export interface GovernanceOptions {
  readonly store: GovernanceStore;
  readonly transactor: Transactor;
  /** Gets one entry per act, in the transaction that records it. */
  readonly ledger: Pick<Ledger, 'append'>;
  /** Key of the use `override`: signs waivers and overrides. Null = none is granted here; what others signed is still recorded and told to gates. */
  readonly signer: Signer | null;
  /** As last read; an exception counts as long as its key does. */
  readonly keySet: () => KeySet;
  /** What the policy says of a reason code. */
  readonly reasons: ReasonLookup;
  readonly limits: (service: string, environment: string) => ExceptionLimits;
  readonly clock: Pick<Clock, 'now'>;
  /** Who must approve a waiver. @default one other person with the scope `waiver:approve` */
  readonly rules?: () => ApprovalRules;
  /** Takes part in the transaction of an act, such as by queueing a notification; what it throws undoes the act. @default nobody is told */
  readonly onAct?: (event: GovernanceEvent, options: { readonly tx: Transaction }) => Promise<void>;
  /** Salt of one text: at least 128 bits that nobody can guess. @default 16 bytes of crypto.randomBytes, as hex */
  readonly randomSalt?: () => string;
  /** @default crypto.randomUUID */
  readonly randomUuid?: () => string;
}
