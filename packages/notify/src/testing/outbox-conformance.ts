// The one suite that every outbox must pass. Framework-free: each case throws when the outbox is wrong.
import assert from 'node:assert/strict';
import type { Transaction, Transactor } from '@promotable/contracts';
import type { ClaimedMessage, Outbox, OutboxMessage } from '../outbox/outbox.ts';
import { decided, excepted, startOfTime as start } from './samples.ts';

/** An empty outbox and what begins its transactions. */
export interface OutboxSubject {
  readonly outbox: Outbox;
  readonly transactor: Transactor;
}

/** One promise of the port. */
export interface ConformanceCase {
  readonly title: string;
  run(subject: OutboxSubject): Promise<void>;
}

function message(id: string, changes: Partial<OutboxMessage> = {}): OutboxMessage {
  const kind = changes.kind ?? 'fail';
  const base = { channel: 'slack', topic: 'A', kind, dueAt: start, createdAt: start };
  return { ...base, id, notification: decided({ kind: kind === 'exception' ? 'fail' : kind }), ...changes };
}

const enqueue = ({ outbox, transactor }: OutboxSubject, ...messages: readonly OutboxMessage[]): Promise<void> =>
  transactor.transaction((tx) => outbox.enqueue(messages, { tx }));
const claim = ({ outbox }: OutboxSubject, now = start, channel = 'slack'): Promise<readonly ClaimedMessage[]> =>
  outbox.claim({ channel, now, leaseMs: 1000, limit: 10 });
const ids = (messages: readonly OutboxMessage[]): string[] => messages.map(({ id }) => id);
const only = ([first, ...others]: readonly ClaimedMessage[]): ClaimedMessage => {
  assert.ok(first !== undefined && others.length === 0);
  return first;
};

/** Each case gets its own empty outbox. */
export const outboxConformance: readonly ConformanceCase[] = [
  {
    title: 'gives what was queued, value for value, when it is due, to its channel alone',
    async run(subject) {
      const queued = message('m1', { dueAt: start + 5 });
      await enqueue(subject, queued);
      assert.deepEqual(await claim(subject, start + 4), []);
      assert.deepEqual(await claim(subject, start + 5, 'pagerduty'), []);
      const { sequence: _sequence, attempt, lease: _lease, ...given } = only(await claim(subject, start + 5));
      assert.deepEqual([given, attempt], [queued, 1]);
    },
  },
  {
    title: 'holds nothing of a transaction that was rolled back',
    async run(subject) {
      const undone = subject.transactor.transaction(async (tx: Transaction) => {
        await subject.outbox.enqueue([message('m1')], { tx });
        throw new Error('undone');
      });
      await assert.rejects(undone, /undone/);
      assert.deepEqual(await claim(subject), []);
    },
  },
  {
    title: 'queues a message once per channel, also after it was delivered',
    async run(subject) {
      await enqueue(subject, message('m1'), message('m1'), message('m1', { channel: 'pagerduty' }));
      const claimed = only(await claim(subject));
      await subject.outbox.settle(claimed, { type: 'delivered' }, start);
      await enqueue(subject, message('m1'));
      assert.deepEqual(await claim(subject, start + 9000), []);
      assert.deepEqual(ids(await claim(subject, start, 'pagerduty')), ['m1']);
    },
  },
  {
    title: 'gives each message to one of many that ask at once',
    async run(subject) {
      await enqueue(subject, ...Array.from({ length: 8 }, (_, index) => message(`m${index}`, { topic: `T${index}` })));
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(subject)));
      assert.deepEqual(ids(claims.flat()).sort(), ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']);
    },
  },
  {
    title: 'gives a message again once its lease has ended, and then the first claim settles nothing',
    async run(subject) {
      await enqueue(subject, message('m1'));
      const first = only(await claim(subject));
      assert.deepEqual(await claim(subject, start + 999), []);
      const second = only(await claim(subject, start + 1000));
      assert.deepEqual([second.id, second.attempt], ['m1', 2]);
      await subject.outbox.settle(first, { type: 'delivered' }, start + 1001);
      assert.equal(only(await claim(subject, start + 2000)).attempt, 3);
    },
  },
  {
    title: 'gives what is to be tried again when its time has come, and what was given up never',
    async run(subject) {
      await enqueue(subject, message('m1'), message('m2', { topic: 'B' }));
      const [first, second] = await claim(subject);
      assert.ok(first !== undefined && second !== undefined);
      await subject.outbox.settle(first, { type: 'retry', at: start + 50 }, start);
      await subject.outbox.settle(second, { type: 'failed', code: 'REFUSED' }, start);
      assert.deepEqual(await claim(subject, start + 49), []);
      assert.deepEqual(ids(await claim(subject, start + 50)), ['m1']);
      assert.deepEqual(ids(await claim(subject, start + 9000)), ['m1']);
    },
  },
  {
    title: 'keeps the order of a topic, also while its first message waits for another attempt',
    async run(subject) {
      await enqueue(subject, message('m1'), message('m2'), message('other', { topic: 'B' }));
      const [first, other] = await claim(subject);
      assert.deepEqual([first?.id, other?.id], ['m1', 'other']);
      assert.ok(first !== undefined);
      await subject.outbox.settle(first, { type: 'retry', at: start + 500 }, start);
      assert.deepEqual(await claim(subject, start + 10), []);
      const again = only((await claim(subject, start + 500)).filter(({ topic }) => topic === 'A'));
      await subject.outbox.settle(again, { type: 'delivered' }, start + 500);
      assert.deepEqual(ids(await claim(subject, start + 501)), ['m2']);
    },
  },
  {
    title: 'lets a message pass that was queued after one that is not due yet',
    async run(subject) {
      await enqueue(subject, message('later', { kind: 'hold', dueAt: start + 300 }), message('now'));
      assert.deepEqual(ids(await claim(subject)), ['now']);
    },
  },
  {
    title: 'takes back and rewords of a topic what nobody has tried to deliver, and nothing else',
    async run(subject) {
      const { outbox, transactor } = subject;
      await enqueue(
        subject,
        message('tried', { kind: 'hold' }),
        message('waits', { kind: 'long_hold', dueAt: start + 60 }),
        message('other', { kind: 'hold', topic: 'B', dueAt: start + 60 }),
        message('fail', { dueAt: start + 60 }),
      );
      only(await claim(subject));
      const { kind: _kind, ...words } = decided({ traceId: 'reworded\u0000' });
      await transactor.transaction((tx) => outbox.reword({ topic: 'A', kinds: ['hold', 'long_hold'] }, words, { tx }));
      const found = [...(await claim(subject, start + 60)), ...(await claim(subject, start + 60))];
      assert.deepEqual(ids(found), ['other']);
      await transactor.transaction((tx) => outbox.withdraw({ topic: 'A', kinds: ['long_hold'] }, { tx }));
      await transactor.transaction((tx) => outbox.withdraw({ topic: 'A', kinds: ['hold'] }, { tx }));
      const tried = only((await claim(subject, start + 1000)).filter(({ topic }) => topic === 'A'));
      assert.deepEqual([tried.id, tried.notification.traceId], ['tried', decided().traceId]);
      await outbox.settle(tried, { type: 'delivered' }, start + 1000);
      assert.deepEqual(ids((await claim(subject, start + 1001)).filter(({ topic }) => topic === 'A')), ['fail']);
    },
  },
  {
    title: 'says what was reworded, under its own kind',
    async run(subject) {
      await enqueue(subject, message('waits', { kind: 'long_hold', dueAt: start + 60 }));
      const { kind: _kind, ...words } = decided({ traceId: 'reworded' });
      await subject.transactor.transaction((tx) => subject.outbox.reword({ topic: 'A', kinds: ['hold', 'long_hold'] }, words, { tx }));
      const { notification, dueAt } = only(await claim(subject, start + 60));
      assert.deepEqual([notification, dueAt], [{ ...words, kind: 'long_hold' }, start + 60]);
    },
  },
  {
    title: 'forgets what was settled before a time, and nothing that waits',
    async run(subject) {
      await enqueue(subject, message('old'), message('waits', { topic: 'B', dueAt: start + 60 }));
      await subject.outbox.settle(only(await claim(subject)), { type: 'delivered' }, start);
      await subject.outbox.forget(start);
      await enqueue(subject, message('old'));
      assert.deepEqual(await claim(subject, start + 10), []);
      await subject.outbox.forget(start + 1);
      await enqueue(subject, message('old'));
      assert.deepEqual(ids(await claim(subject, start + 60)).sort(), ['old', 'waits']);
    },
  },
  {
    title: 'takes the words out of messages about exceptions, settled or not, and changes no other',
    async run(subject) {
      const about = (topic: string) =>
        message(`of ${topic}`, { topic, kind: 'exception', notification: excepted({ reason: 'Jane asked' }) });
      await enqueue(subject, about('X'), about('Y'), message('m1', { topic: 'X' }));
      await subject.transactor.transaction((tx) => subject.outbox.eraseWords(['X', 'Z'], { tx }));
      const claimed = await claim(subject);
      assert.deepEqual(
        claimed.map(({ notification }) => ('reason' in notification ? [notification.reason, notification.ticket] : notification.id)),
        [
          ['[erased]', '[erased]'],
          ['Jane asked', excepted().ticket],
        ],
      );
      await subject.outbox.settle(claimed[0] as ClaimedMessage, { type: 'retry', at: start + 1 }, start);
      assert.equal((await claim(subject, start + 2))[0]?.notification.id, claimed[0]?.notification.id);
    },
  },
];
