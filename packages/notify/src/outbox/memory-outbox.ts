import { randomUUID } from 'node:crypto';
import { erasedText, type Notification } from '../notification.ts';
import type { ClaimedMessage, Outbox, OutboxMessage, WaitingHolds } from './outbox.ts';

interface Entry {
  readonly message: OutboxMessage;
  readonly sequence: number;
  dueAt: number;
  attempts: number;
  lease: string | null;
  leasedUntil: number;
  settledAt: number | null;
}

/** An outbox in this process: what waits dies with it. */
export function memoryOutbox(): Outbox {
  let entries: Entry[] = [];
  let last = 0;

  const isWaiting = (entry: Entry, { topic, kinds }: WaitingHolds): boolean =>
    entry.settledAt === null && entry.attempts === 0 && entry.message.topic === topic && kinds.includes(entry.message.kind);
  const isBehind = (entry: Entry, now: number): boolean =>
    entries.some(
      ({ message, sequence, settledAt, dueAt, attempts }) =>
        sequence < entry.sequence &&
        settledAt === null &&
        (dueAt <= now || attempts > 0) &&
        message.channel === entry.message.channel &&
        message.topic === entry.message.topic,
    );

  return {
    async enqueue(messages, { tx }) {
      tx.onCommit(() => {
        for (const message of structuredClone(messages)) {
          if (entries.some((entry) => entry.message.channel === message.channel && entry.message.id === message.id)) continue;
          entries.push({ message, sequence: ++last, dueAt: message.dueAt, attempts: 0, lease: null, leasedUntil: 0, settledAt: null });
        }
      });
    },

    async withdraw(waiting, { tx }) {
      tx.onCommit(() => {
        entries = entries.filter((entry) => !isWaiting(entry, waiting));
      });
    },

    async reword(waiting, notification, { tx }) {
      tx.onCommit(() => {
        entries = entries.map((entry) =>
          isWaiting(entry, waiting)
            ? { ...entry, message: { ...entry.message, notification: { ...notification, kind: entry.message.kind } as Notification } }
            : entry,
        );
      });
    },

    async claim({ channel, now, leaseMs, limit }) {
      const found = entries
        .filter((entry) => entry.settledAt === null && entry.message.channel === channel && entry.dueAt <= now && entry.leasedUntil <= now)
        .filter((entry) => !isBehind(entry, now))
        .slice(0, limit);
      return found.map((entry): ClaimedMessage => {
        const lease = randomUUID();
        Object.assign(entry, { lease, leasedUntil: now + leaseMs, attempts: entry.attempts + 1 });
        return structuredClone({ ...entry.message, dueAt: entry.dueAt, sequence: String(entry.sequence), attempt: entry.attempts, lease });
      });
    },

    async settle({ sequence, lease }, outcome, now) {
      const entry = entries.find((one) => String(one.sequence) === sequence && one.lease === lease && one.settledAt === null);
      if (entry === undefined) return;
      if (outcome.type === 'retry') Object.assign(entry, { dueAt: outcome.at, leasedUntil: 0, lease: null });
      else entry.settledAt = now;
    },

    async eraseWords(topics, { tx }) {
      tx.onCommit(() => {
        entries = entries.map((entry) => {
          const { notification, topic } = entry.message;
          if (notification.kind !== 'exception' || !topics.includes(topic)) return entry;
          return { ...entry, message: { ...entry.message, notification: { ...notification, reason: erasedText, ticket: erasedText } } };
        });
      });
    },

    async forget(settledBefore) {
      entries = entries.filter(({ settledAt }) => settledAt === null || settledAt >= settledBefore);
    },
  };
}
