// The port: what waits to be told. Written in the transaction of what it tells of, delivered afterwards, at least once.
import type { Transaction } from '@promotable/contracts';
import type { Notification, NotificationKind } from '../notification.ts';

/** A notification for one channel. Times are milliseconds since the Unix epoch. */
export interface OutboxMessage {
  readonly channel: string;
  /** Names it within its channel: queued once, however often. */
  readonly id: string;
  /** What it is about: of one channel and topic, messages leave in the order in which they were queued. */
  readonly topic: string;
  readonly kind: NotificationKind;
  /** Not before. */
  readonly dueAt: number;
  readonly createdAt: number;
  readonly notification: Notification;
}

/** A message that is one's own to deliver until the lease ends. */
export interface ClaimedMessage extends OutboxMessage {
  readonly sequence: string;
  /** From 1. */
  readonly attempt: number;
  /** Tells this claim from a later one. */
  readonly lease: string;
}

/** What came of an attempt. */
export type Outcome =
  | { readonly type: 'delivered' }
  /** Given up. */
  | { readonly type: 'failed'; readonly code: string }
  | { readonly type: 'retry'; readonly at: number };

/** Which messages of which topic. */
export interface WaitingHolds {
  readonly topic: string;
  readonly kinds: readonly NotificationKind[];
}

/** How a write takes part in something larger. */
export interface OutboxWriteOptions {
  readonly tx: Transaction;
}

/** How messages are claimed. */
export interface ClaimOptions {
  readonly channel: string;
  readonly now: number;
  /** Milliseconds after which another claims what is not settled. */
  readonly leaseMs: number;
  readonly limit: number;
}

/** Keeps messages; every adapter passes `outboxConformance`. */
export interface Outbox {
  enqueue(messages: readonly OutboxMessage[], options: OutboxWriteOptions): Promise<void>;
  /** Takes back what nobody has tried to deliver yet. */
  withdraw(waiting: WaitingHolds, options: OutboxWriteOptions): Promise<void>;
  /** Replaces what is said by messages that nobody has tried to deliver yet; when they are due stays. */
  reword(waiting: WaitingHolds, notification: Omit<Notification, 'kind'>, options: OutboxWriteOptions): Promise<void>;
  /** Due messages of a channel, the oldest first; none while an earlier one of its topic is due or under way, and none that is leased. */
  claim(options: ClaimOptions): Promise<readonly ClaimedMessage[]>;
  /** Settles one's own claim; a claim whose lease was taken over changes nothing. */
  settle(claimed: ClaimedMessage, outcome: Outcome, now: number): Promise<void>;
  /** Takes what people wrote, reason and ticket, out of messages about waivers and overrides; settled ones too. */
  eraseWords(topics: readonly string[], options: OutboxWriteOptions): Promise<void>;
  /** Forgets what was settled before. */
  forget(settledBefore: number): Promise<void>;
}
