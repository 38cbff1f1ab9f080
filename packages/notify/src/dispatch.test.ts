import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatch, type DecidedSubject, type Dispatch, memoryOutbox, type Outbox } from './index.ts';
import { decided, excepted, startOfTime } from './testing/samples.ts';
import { transactorInMemory } from './testing/transactors.ts';

const minute = 60_000;
const channels = [
  { channel: 'slack', kinds: ['pass', 'fail', 'hold', 'exception'] },
  { channel: 'pagerduty', kinds: ['pass', 'fail', 'long_hold'] },
] as const;
const transactor = transactorInMemory();

let outbox: Outbox;
let dispatch: Dispatch;
let count: number;

beforeEach(() => {
  outbox = memoryOutbox();
  dispatch = createDispatch({ outbox, channels });
  count = 0;
});

type Verdict = DecidedSubject['notification']['verdict'];
type Previous = DecidedSubject['previous'];

const before = (verdict: Verdict, changes: Partial<Previous & object> = {}): Previous => ({
  verdict,
  codes: verdict === 'pass' ? [] : ['P95_OVER_BUDGET'],
  override: null,
  heldSince: null,
  ...changes,
});

/** A decision `atMs` after the start of time. */
async function decide(
  verdict: Verdict,
  previous: Previous,
  atMs = 0,
  changes: Partial<DecidedSubject['notification']> = {},
): Promise<void> {
  const { kind: _kind, previousVerdict: _previous, ...told } = decided();
  const at = new Date(startOfTime + atMs).toISOString();
  const held = verdict === 'hold' ? { heldSince: previous?.heldSince ?? at } : {};
  const reasons = verdict === 'pass' ? [] : told.reasons;
  const notification = { ...told, ...held, id: `D${++count}`, at, verdict, reasons, ...changes };
  await transactor.transaction((tx) => dispatch.decided({ notification, previous }, { tx }));
}

/** What leaves by a time, settled as delivered: `slack fail D1`. */
async function leaves(atMs: number): Promise<string[]> {
  const left: string[] = [];
  for (const { channel } of channels)
    for (let more = true; more; ) {
      const claimed = await outbox.claim({ channel, now: startOfTime + atMs, leaseMs: 1000, limit: 100 });
      for (const message of claimed) {
        await outbox.settle(message, { type: 'delivered' }, startOfTime + atMs);
        left.push(`${channel} ${message.notification.kind} ${message.notification.id}`);
      }
      more = claimed.length > 0;
    }
  return left;
}

describe('a decision', () => {
  it('that fails or passes is told at once, to each channel that takes it', async () => {
    await decide('fail', null);
    expect(await leaves(0)).toEqual(['slack fail D1', 'pagerduty fail D1']);
    await decide('pass', before('fail'), minute);
    expect(await leaves(minute)).toEqual(['slack pass D2', 'pagerduty pass D2']);
  });

  it('that says what the last one said is told to nobody: other evidence under a pass, the same fail of other pods, one reason fewer', async () => {
    await decide('pass', before('pass'));
    await decide('fail', before('fail'));
    await decide('fail', before('fail', { codes: ['P95_OVER_BUDGET', 'TESTS_FAILED'] }));
    expect(await leaves(minute)).toEqual([]);
  });

  it('that fails or passes otherwise than the last one is told', async () => {
    await decide('fail', before('fail', { codes: ['TESTS_FAILED'] }));
    await decide('pass', before('pass'), 1, { override: 'O-7' });
    expect(await leaves(minute)).toEqual(['slack fail D1', 'slack pass D2', 'pagerduty fail D1', 'pagerduty pass D2']);
  });
});

describe('a hold', () => {
  it('is told after 5 minutes and pages after 15', async () => {
    await decide('hold', null);
    expect(await leaves(5 * minute - 1)).toEqual([]);
    expect(await leaves(5 * minute)).toEqual(['slack hold D1']);
    expect(await leaves(15 * minute - 1)).toEqual([]);
    expect(await leaves(15 * minute)).toEqual(['pagerduty long_hold D1']);
    expect(await leaves(500 * minute)).toEqual([]);
  });

  it('is told once however often its reasons change, with the latest ones, counted from its beginning', async () => {
    await decide('hold', null);
    const heldSince = new Date(startOfTime).toISOString();
    for (let turn = 1; turn <= 20; turn++) await decide('hold', before('hold', { heldSince }), (turn * minute) / 10);
    expect(await leaves(5 * minute)).toEqual(['slack hold D21']);
    await decide('hold', before('hold', { heldSince }), 6 * minute);
    expect(await leaves(15 * minute)).toEqual(['pagerduty long_hold D22']);
  });

  it('that ends in time is told to nobody', async () => {
    await decide('hold', null);
    await decide('pass', before('hold', { heldSince: decided().at }), 4 * minute);
    expect(await leaves(60 * minute)).toEqual(['slack pass D2', 'pagerduty pass D2']);
  });

  it('of one subject does not end with another’s', async () => {
    await decide('hold', null);
    await decide('pass', before('hold'), minute, { subject: { ...decided().subject, stage: '20' } });
    expect(await leaves(60 * minute)).toEqual(['slack hold D1', 'slack pass D2', 'pagerduty long_hold D1', 'pagerduty pass D2']);
  });

  it('that begins again is told again', async () => {
    await decide('hold', null);
    await decide('fail', before('hold', { heldSince: decided().at }), minute);
    await leaves(minute);
    await decide('hold', before('fail'), 2 * minute);
    expect(await leaves(7 * minute - 1)).toEqual([]);
    expect(await leaves(7 * minute)).toEqual(['slack hold D3']);
  });

  it('lasts as long as it is told to', async () => {
    dispatch = createDispatch({ outbox, channels, holdNotifyMs: 10, holdPageMs: 20 });
    await decide('hold', null);
    expect([await leaves(9), await leaves(10), await leaves(19), await leaves(20)]).toEqual([
      [],
      ['slack hold D1'],
      [],
      ['pagerduty long_hold D1'],
    ]);
  });
});

describe('three hundred held services', () => {
  it('polled a thousand times make one message and one page each, and a fail of one is told beside them', async () => {
    for (let service = 0; service < 300; service++)
      await decide('hold', null, 0, { subject: { ...decided().subject, service: `s${service}` } });
    const left = await leaves(15 * minute);
    expect([left.filter((one) => one.startsWith('slack')).length, left.filter((one) => one.startsWith('pagerduty')).length]).toEqual([
      300, 300,
    ]);
    expect(new Set(left).size).toBe(600);
    expect(await leaves(600 * minute)).toEqual([]);
  });
});

it('an act on an exception is told at once, in the order of the acts, each once', async () => {
  const { kind: _kind, ...act } = excepted();
  for (const id of ['O-7/1', 'O-7/2', 'O-7/1']) await transactor.transaction((tx) => dispatch.acted({ ...act, id }, { tx }));
  expect(await leaves(0)).toEqual(['slack exception O-7/1', 'slack exception O-7/2']);
});

it('what is told is undone with the decision', async () => {
  const undone = transactor.transaction(async (tx) => {
    const { kind: _kind, previousVerdict: _previous, ...notification } = decided();
    await dispatch.decided({ notification, previous: null }, { tx });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await leaves(minute)).toEqual([]);
});

it('takes the words out of what is kept about an exception', async () => {
  const tell = (id: string) =>
    transactor.transaction(({ ...tx }) => {
      const { kind: _kind, ...rest } = excepted({ id: `${id}/1`, exceptionId: id, reason: 'Jane asked' });
      return dispatch.acted(rest, { tx });
    });
  await tell('O-7');
  await tell('O-8');
  await transactor.transaction((tx) => dispatch.wordsErased({ tenant: 'acme', ids: ['O-7'] }, { tx }));
  await transactor.transaction((tx) => dispatch.wordsErased({ tenant: 'globex', ids: ['O-8'] }, { tx }));
  const kept = await outbox.claim({ channel: 'slack', now: startOfTime, leaseMs: 1000, limit: 10 });
  expect(kept.map(({ notification }) => ('reason' in notification ? notification.reason : null))).toEqual(['[erased]', 'Jane asked']);
});
