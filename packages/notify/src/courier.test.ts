import type { Logger } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Courier,
  type CourierOptions,
  createCourier,
  type DeliveryEvent,
  memoryOutbox,
  type Notification,
  type Notifier,
  NotifyError,
  type Outbox,
} from './index.ts';
import { decided, startOfTime } from './testing/samples.ts';
import { transactorInMemory } from './testing/transactors.ts';

const transactor = transactorInMemory();

let now: number;
let logged: unknown[];
let outbox: Outbox;
let events: DeliveryEvent[];

beforeEach(() => {
  now = startOfTime;
  logged = [];
  outbox = memoryOutbox();
  events = [];
});

const note = (fields: object, message: string): void => void logged.push({ ...fields, message });
const logger: Logger = { debug: note, info: note, warn: note, error: note };

/** A channel that fails with each of these in turn and then delivers. */
function channel(name: string, faults: readonly Error[] = []): Notifier & { readonly told: Notification[] } {
  const left = [...faults];
  const told: Notification[] = [];
  return {
    channel: name,
    kinds: ['fail'],
    told,
    async notify(notification) {
      const fault = left.shift();
      if (fault !== undefined) throw fault;
      told.push(notification);
    },
  };
}

const courier = (notifiers: readonly Notifier[], changes: Partial<CourierOptions> = {}): Courier =>
  createCourier({
    outbox,
    notifiers,
    clock: { now: () => now },
    logger,
    random: () => 1,
    onDelivery: (event) => void events.push(event),
    intervalMs: 1,
    ...changes,
  });

async function queue(id: string, name = 'slack', topic = id): Promise<void> {
  const message = { channel: name, id, topic, kind: 'fail' as const, dueAt: now, createdAt: now, notification: decided({ id }) };
  await transactor.transaction((tx) => outbox.enqueue([message], { tx }));
}

const unreachable = (retryAfterMs: number | null = null) => new NotifyError('UNREACHABLE', 'away', { retryable: true, retryAfterMs });

describe('a courier', () => {
  it('delivers what is due, each once, and says so', async () => {
    const slack = channel('slack');
    await queue('m1');
    await queue('m2');
    expect([await courier([slack]).round(), await courier([slack]).round()]).toEqual([2, 0]);
    expect(slack.told.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(events).toEqual(Array.from({ length: 2 }, () => ({ channel: 'slack', kind: 'fail', outcome: 'delivered', code: null })));
  });

  it('tries again, each time after twice as long, at most 5 minutes, until it is delivered', async () => {
    const slack = channel(
      'slack',
      Array.from({ length: 11 }, () => unreachable()),
    );
    await queue('m1');
    const waits: number[] = [];
    for (let last = now; slack.told.length === 0; now += 1000) {
      if ((await courier([slack]).round()) === 0) continue;
      waits.push((now - last) / 1000);
      last = now;
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(events.map(({ outcome }) => outcome)).toEqual([...Array.from({ length: 11 }, () => 'retry'), 'delivered']);
  });

  it('spreads its attempts', async () => {
    await queue('m1');
    await courier([channel('slack', [unreachable()])], { random: () => 0 }).round();
    const claim = { channel: 'slack', leaseMs: 1, limit: 1 };
    expect(await outbox.claim({ ...claim, now: now + 499 })).toEqual([]);
    expect(await outbox.claim({ ...claim, now: now + 500 })).toHaveLength(1);
  });

  it('leaves a receiver alone for as long as it asks', async () => {
    const slack = channel('slack', [unreachable(90_000)]);
    await queue('m1');
    await courier([slack]).round();
    now += 89_999;
    expect(await courier([slack]).round()).toBe(0);
    now += 1;
    expect(await courier([slack]).round()).toBe(1);
    expect(slack.told).toHaveLength(1);
  });

  it('gives up what is refused, counts it, and goes on with the next', async () => {
    const slack = channel('slack', [new NotifyError('REFUSED', 'no')]);
    await queue('m1', 'slack', 'A');
    await queue('m2', 'slack', 'A');
    await courier([slack]).round();
    await courier([slack]).round();
    expect(slack.told.map(({ id }) => id)).toEqual(['m2']);
    expect(events.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['failed', 'REFUSED'],
      ['delivered', null],
    ]);
  });

  it('gives up what nobody wants to hear of any more', async () => {
    const slack = channel('slack', [unreachable(), unreachable()]);
    await queue('m1');
    now += 86_399_999;
    await courier([slack]).round();
    now += 300_000;
    await courier([slack]).round();
    expect(events.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['retry', null],
      ['failed', 'UNREACHABLE'],
    ]);
  });

  it('tries again after a fault of its own, and logs none of its words', async () => {
    const slack = channel('slack', [new Error('https://hooks.test/PLANTED')]);
    await queue('m1');
    await courier([slack]).round();
    now += 1000;
    await courier([slack]).round();
    expect(slack.told).toHaveLength(1);
    expect(logged).toEqual([
      {
        channel: 'slack',
        kind: 'fail',
        notification: 'm1',
        attempt: 1,
        error_code: 'INTERNAL',
        message: 'a notification was not delivered',
      },
    ]);
  });

  it('keeps channels apart: one that fails keeps no other waiting', async () => {
    const [slack, pagerduty] = [channel('slack', [unreachable()]), channel('pagerduty')];
    await queue('m1', 'slack');
    await queue('m1', 'pagerduty');
    expect(await courier([slack, pagerduty]).round()).toBe(2);
    expect([slack.told.length, pagerduty.told.length]).toEqual([0, 1]);
  });

  it('is not stopped by who listens', async () => {
    const slack = channel('slack');
    await queue('m1');
    await courier([slack], {
      onDelivery: () => {
        throw new Error('no');
      },
    }).round();
    expect(slack.told).toHaveLength(1);
  });

  it('hands over what another one died with', async () => {
    await queue('m1');
    const [died] = await outbox.claim({ channel: 'slack', now, leaseMs: 30_000, limit: 1 });
    expect(died?.id).toBe('m1');
    const slack = channel('slack');
    expect(await courier([slack]).round()).toBe(0);
    now += 30_000;
    expect(await courier([slack]).round()).toBe(1);
  });

  it('forgets what was settled a month ago', async () => {
    const forgotten: number[] = [];
    const working = courier([channel('slack')], { outbox: { ...outbox, forget: async (at) => void forgotten.push(at) } });
    working.start();
    await expect.poll(() => forgotten).toEqual([startOfTime - 30 * 86_400_000]);
    await working.stop();
  });

  it('works from start to stop, through an outage of its store', async () => {
    const slack = channel('slack');
    let away = 3;
    const flaky = {
      ...outbox,
      claim: async (options: Parameters<Outbox['claim']>[0]) => {
        if (away-- > 0) throw new Error('away');
        return outbox.claim(options);
      },
    };
    await queue('m1');
    const working = courier([slack], { outbox: flaky });
    working.start();
    working.start();
    await expect.poll(() => slack.told.length).toBe(1);
    await working.stop();
    await queue('m2');
    working.start();
    expect(slack.told).toHaveLength(1);
    expect(logged).toContainEqual(expect.objectContaining({ message: 'the outbox could not be read; it is tried again' }));
  });

  it('gives up what is under way when it is stopped', async () => {
    let begun = (): void => undefined;
    const isUnderWay = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const stuck: Notifier = {
      channel: 'slack',
      kinds: ['fail'],
      notify: (_notification, { signal }) =>
        new Promise((_resolve, reject) => {
          begun();
          signal.addEventListener('abort', () => reject(unreachable()));
        }),
    };
    await queue('m1');
    const working = courier([stuck]);
    working.start();
    await isUnderWay;
    await working.stop();
    expect(events.map(({ outcome }) => outcome)).toEqual(['retry']);
  });
});
