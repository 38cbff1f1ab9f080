// The outbox in PostgreSQL, schema `notify`.
import type { SqlClient, Transaction } from '@promotable/contracts';
import { erasedText, type Notification, type NotificationKind } from '../notification.ts';
import { NotifyError } from '../notify-error.ts';
import type { Outbox } from './outbox.ts';

interface Row {
  readonly sequence: string;
  readonly channel: string;
  readonly id: string;
  readonly topic: string;
  readonly kind: NotificationKind;
  readonly notification: Notification;
  readonly created_at: Date;
  readonly due_at: Date;
  readonly attempts: number;
  readonly lease: string;
}

const waiting = 'topic = $1 AND kind = ANY ($2) AND settled_at IS NULL AND attempts = 0';

const statements = {
  enqueue: `
    INSERT INTO notify.outbox (channel, id, topic, kind, notification, created_at, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (channel, id) DO NOTHING`,
  withdraw: `DELETE FROM notify.outbox WHERE ${waiting}`,
  reword: `UPDATE notify.outbox SET notification = $3 WHERE ${waiting}`,
  // An earlier message of the topic that waits for its next attempt keeps the later ones back; one that is not due yet does not.
  claim: `
    UPDATE notify.outbox SET lease = gen_random_uuid(), leased_until = $3, attempts = attempts + 1
    WHERE sequence IN (
      SELECT sequence FROM notify.outbox one
      WHERE channel = $1 AND settled_at IS NULL AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)
        AND NOT EXISTS (
          SELECT FROM notify.outbox earlier
          WHERE earlier.topic = one.topic AND earlier.channel = one.channel AND earlier.sequence < one.sequence
            AND earlier.settled_at IS NULL AND (earlier.due_at <= $2 OR earlier.attempts > 0))
      ORDER BY sequence LIMIT $4 FOR UPDATE SKIP LOCKED)
    RETURNING sequence, channel, id, topic, kind, notification, created_at, due_at, attempts, lease`,
  retry:
    'UPDATE notify.outbox SET due_at = $3, lease = NULL, leased_until = NULL WHERE sequence = $1 AND lease = $2 AND settled_at IS NULL',
  settle: 'UPDATE notify.outbox SET settled_at = $3, failure = $4 WHERE sequence = $1 AND lease = $2 AND settled_at IS NULL',
  eraseWords: `
    UPDATE notify.outbox SET notification = (notification::jsonb || jsonb_build_object('reason', $2::text, 'ticket', $2::text))::json
    WHERE topic = ANY ($1) AND kind = 'exception'`,
  forget: 'DELETE FROM notify.outbox WHERE settled_at < $1',
};

/** Keeps messages in PostgreSQL; what is queued is there if and only if its transaction commits. */
export function postgresOutbox(client: SqlClient): Outbox {
  return {
    async enqueue(messages, { tx }) {
      const sql = sqlOf(tx);
      for (const { channel, id, topic, kind, notification, createdAt, dueAt } of messages)
        await sql.query(statements.enqueue, [
          ...[channel, id, topic, kind, JSON.stringify(notification), new Date(createdAt), new Date(dueAt)],
        ]);
    },

    async withdraw({ topic, kinds }, { tx }) {
      await sqlOf(tx).query(statements.withdraw, [topic, kinds]);
    },

    async reword({ topic, kinds }, notification, { tx }) {
      for (const kind of kinds) await sqlOf(tx).query(statements.reword, [topic, [kind], JSON.stringify({ ...notification, kind })]);
    },

    async claim({ channel, now, leaseMs, limit }) {
      const { rows } = await client.query<Row>(statements.claim, [channel, new Date(now), new Date(now + leaseMs), limit]);
      return rows
        .map(({ sequence, id, topic, kind, notification, created_at, due_at, attempts, lease }) => ({
          ...{ sequence, channel, id, topic, kind, notification, lease },
          createdAt: created_at.getTime(),
          dueAt: due_at.getTime(),
          attempt: attempts,
        }))
        .sort((a, b) => Number(a.sequence) - Number(b.sequence));
    },

    async settle({ sequence, lease }, outcome, now) {
      if (outcome.type === 'retry') await client.query(statements.retry, [sequence, lease, new Date(outcome.at)]);
      else await client.query(statements.settle, [sequence, lease, new Date(now), outcome.type === 'failed' ? outcome.code : null]);
    },

    async eraseWords(topics, { tx }) {
      await sqlOf(tx).query(statements.eraseWords, [topics, erasedText]);
    },

    async forget(settledBefore) {
      await client.query(statements.forget, [new Date(settledBefore)]);
    },
  };
}

function sqlOf({ sql }: Transaction): SqlClient {
  if (sql === null) throw new NotifyError('CONFIGURATION', 'the PostgreSQL outbox needs a PostgreSQL transaction');
  return sql;
}
