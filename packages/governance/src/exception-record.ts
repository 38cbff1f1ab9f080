// A waiver or an override as it is kept: what was asked for, what was done to it, and the signed statement once it is in force.
import type { Bundle } from '@promotable/contracts';

/** Every kind of exception. */
export const exceptionKinds = ['waiver', 'override', 'break_glass'] as const;
/** How an exception came about. */
export type ExceptionKind = (typeof exceptionKinds)[number];

/** How an exception stands at a time. */
export type ExceptionState = 'requested' | 'in_force' | 'expired' | 'revoked';

/** What can be done to an exception. */
export type ActType =
  | 'waiver.requested'
  | 'waiver.approved'
  | 'waiver.granted'
  | 'waiver.revoked'
  | 'override.created'
  /** Signed elsewhere, recorded afterwards. */
  | 'override.recorded'
  | 'override.revoked'
  | 'break-glass.created'
  | 'break-glass.countersigned'
  | 'break-glass.recorded'
  | 'break-glass.revoked';

/** Acts that put an exception into force: from then on its statement is on record. */
export const putIntoForce: ReadonlySet<ActType> = new Set([
  'waiver.granted',
  'override.created',
  'override.recorded',
  'break-glass.created',
  'break-glass.recorded',
]);

/** Something that was done to an exception; each one is an entry of the ledger. */
export interface ExceptionAct {
  readonly type: ActType;
  /** `iss#sub`. */
  readonly actor: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Of an approval. */
  readonly role: string | null;
  /** Why, of a revocation. */
  readonly note: string | null;
}

/** Binds a text to what is signed: `sha256` of RFC 8785 `{salt, text}`. The salt goes with the text, or the text could be guessed. */
export interface Seal {
  readonly sha256: string;
  /** Null once erased. */
  readonly salt: string | null;
}

/** Times are milliseconds since the Unix epoch. */
export interface ExceptionRecord {
  readonly tenant: string;
  readonly id: string;
  readonly kind: ExceptionKind;
  /** From 1; each change adds one. */
  readonly revision: number;
  readonly service: string;
  readonly environment: string;
  readonly stages: readonly string[];
  /** Sorted. */
  readonly digests: readonly string[];
  readonly codes: readonly string[];
  readonly suite: string | null;
  readonly rule: string | null;
  readonly path: string | null;
  /** Who answers for a waiver. */
  readonly owner: string | null;
  /** The justification of a waiver, the reason of an override. */
  readonly reason: string;
  readonly mitigation: string | null;
  readonly ticket: string;
  /** Who wrote the change, as the actor of break-glass states. */
  readonly author: string | null;
  /** Whether a gate that cannot reach MC may go on by it alone. */
  readonly offline: boolean;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** Null until it is in force. */
  readonly issuedAt: number | null;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly countersignedAt: number | null;
  readonly acts: readonly ExceptionAct[];
  /** What binds owner, reason, mitigation, ticket, author and notes to what is signed, by slot; a text without a seal is signed as it is. */
  readonly seals: Readonly<Record<string, Seal>>;
  /** Null until it is in force; null again where it carried texts itself and they were erased. */
  readonly bundle: Bundle | null;
  readonly idempotencyKey: string | null;
  /** Of what was asked for and by whom: tells a repetition from another request under the same key. `[erased]` once a text was. */
  readonly requestDigest: string;
}

/** An expired exception is absent to every gate, to the millisecond. */
export function stateOf({ revokedAt, expiresAt, issuedAt }: ExceptionRecord, now: number): ExceptionState {
  if (revokedAt !== null) return 'revoked';
  if (now >= expiresAt) return 'expired';
  return issuedAt === null ? 'requested' : 'in_force';
}

/** Approvals of a waiver in their order. */
export function approvalsOf({
  acts,
}: Pick<ExceptionRecord, 'acts'>): { readonly role: string; readonly actor: string; readonly at: number }[] {
  return acts.flatMap(({ type, role, actor, at }) => (type === 'waiver.approved' && role !== null ? [{ role, actor, at }] : []));
}

/** Whether break-glass was used and nobody has countersigned it: being revoked or expired does not end that duty. */
export function awaitsCountersign({ kind, countersignedAt }: Pick<ExceptionRecord, 'kind' | 'countersignedAt'>): boolean {
  return kind === 'break_glass' && countersignedAt === null;
}
