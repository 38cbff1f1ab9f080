// The port: where evidence waits while MC is away. One conformance suite (`@promotable/sdk-evidence/testing`) binds every adapter.
import type { Clock, Fault } from '@promotable/contracts';

/** Signed evidence that waits, as its bytes. */
export interface SpoolRecord {
  readonly statementDigest: string;
  readonly idempotencyKey: string;
  readonly bytes: Uint8Array;
}

/** Why MC will never take a record, or that it is damaged. */
export interface SpoolRefusal {
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
}

/**
 * `waiting`: will be sent. `leased`: is being sent. `expired`: older than `maxAgeMs`, no longer sent. `refused`: MC said no for good, or the
 * record is damaged (`SPOOL_DAMAGED`).
 * The last two stay until a person discards them or puts them in again.
 */
export type SpoolState = 'waiting' | 'leased' | 'expired' | 'refused';

/** A record that waits, as it is listed. */
export interface SpoolEntry {
  readonly statementDigest: string;
  readonly state: SpoolState;
  /** Milliseconds since the Unix epoch. */
  readonly spooledAt: number;
  /** Bytes it takes up. */
  readonly size: number;
  /** Replays that failed to send it. */
  readonly failures: number;
  readonly refusal: SpoolRefusal | null;
}

/** The right to send one record until the lease ends; whoever held it before has lost it then. */
export interface SpoolLease {
  readonly record: SpoolRecord;
  readonly token: string;
}

/** For how long a record is taken, and which are passed over. */
export interface LeaseOptions {
  /** How long nobody else gets the record, milliseconds; longer than a publish can take. */
  readonly leaseMs: number;
  /** Statement digests to pass over. @default none */
  readonly except?: ReadonlySet<string>;
}

/** Every method throws `EvidenceError` `SPOOL_UNAVAILABLE` when the storage fails. */
export interface Spool {
  /**
   * Durable once it resolves. A record that waits or is being sent is left as it is (`present`); one that expired or was refused waits anew.
   * @throws {EvidenceError} `SPOOL_FULL` beyond `maxBytes`, or when the disk is: nothing is dropped to make room
   */
  put(record: SpoolRecord): Promise<'stored' | 'present'>;
  /** Everything in it, in order of arrival. */
  list(): Promise<SpoolEntry[]>;
  /** The next record to send: fewest failures first, then order of arrival, so that one bad record cannot hold up the rest. */
  lease(options: LeaseOptions): Promise<SpoolLease | null>;
  /** Removes a record that MC has. False where the lease was lost. */
  complete(lease: SpoolLease): Promise<boolean>;
  /** Gives a record back; `failed` counts against it. False where the lease was lost. */
  release(lease: SpoolLease, outcome: { readonly failed: boolean }): Promise<boolean>;
  /** Takes a record out of the queue and keeps it with the reason. False where the lease was lost. */
  refuse(lease: SpoolLease, refusal: SpoolRefusal): Promise<boolean>;
  /** Deletes a record that is not being sent, by a person's decision. False where there is none. */
  discard(statementDigest: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Bounds of a spool. */
export interface SpoolOptions {
  /** Older records are no longer sent, milliseconds. @default 604800000 (7 days) */
  readonly maxAgeMs?: number;
  /** Room for all records, refused and expired ones included, bytes. @default 1000000000 (1 GB) */
  readonly maxBytes?: number;
  /** @default the clock of this machine */
  readonly clock?: Pick<Clock, 'now'>;
  /**
   * Told of each damaged storage that was put aside, now or before, with its path; what it holds is not sent until a person saw to it.
   * A damaged record alone is listed as refused instead. @default nobody is told
   */
  readonly onDamaged?: (path: string) => void;
}

export const spoolDefaults = {
  maxAgeMs: 604_800_000,
  maxBytes: 1_000_000_000,
  clock: { now: () => Date.now() },
  onDamaged: () => undefined,
} as const satisfies Required<SpoolOptions>;
