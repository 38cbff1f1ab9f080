// Another writer comes first: who wins is answered with, and who never wins holds.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, codes, measuredStage } from '../testing/scenes.ts';
import { ask20, createWorld, principal, realPolicy, silent } from '../testing/world.ts';
import { memoryGateStore } from './memory-gate-store.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a gate that loses the race', () => {
  it('answers with the decision of the winner, and announces nothing', async () => {
    const store = memoryGateStore();
    const winner = await createWorld({ store });
    let overtaken = false;
    const loser = await createWorld({
      store: {
        ...store,
        async record(entry, options) {
          if (overtaken) return store.record(entry, options);
          overtaken = true;
          return false;
        },
        async readSubject(question) {
          // The winner writes after the loser has read.
          const subject = await store.readSubject(question);
          if (!overtaken) await ask(winner);
          return subject;
        },
      },
      shared: winner,
    });
    const answer = await ask(loser);
    expect(answer).toMatchObject({ verdict: 'hold', revision: 1, decisionId: winner.events[0]?.decision.id });
    expect([winner.events.length, loser.events.length]).toEqual([1, 0]);
  });

  it('tries again where nobody has won, and records nothing of the attempts before', async () => {
    const store = memoryGateStore();
    let attempts = 0;
    const world = await createWorld({
      store: { ...store, record: async (entry, options) => (++attempts < 10 ? false : store.record(entry, options)) },
    });
    expect(await ask(world)).toMatchObject({ verdict: 'hold', revision: 1 });
    expect([attempts, world.events.length]).toEqual([10, 1]);
  });

  it('holds after ten attempts, says in the log why, and asks to come again', async () => {
    const log = vi.spyOn(silent, 'error');
    let attempts = 0;
    const world = await createWorld({
      store: {
        ...memoryGateStore(),
        record: async () => {
          attempts++;
          return false;
        },
      },
    });
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null, bundle: null, retryAfterSeconds: 15 });
    expect([codes(answer), attempts, world.events.length]).toEqual([['INTERNAL'], 10, 0]);
    expect(log.mock.calls).toEqual([
      [
        {
          err: expect.objectContaining({ code: 'CONTENTION', retryable: true, message: 'another writer came first 10 times' }),
          service: 'checkout',
          release_id: 'A',
        },
        'a question could not be answered and is held',
      ],
    ]);
  });
});

describe('a gate', () => {
  it('says in the log which policy is active where it has loaded another one, or where none is', async () => {
    const log = vi.spyOn(silent, 'error');
    const { digest } = await realPolicy();
    const store = memoryGateStore();
    const active = { current: { digest: 'f00', revision: 4 } as { digest: string; revision: number } | null };
    const world = await createWorld({ store: { ...store, activePolicy: async () => active.current } });
    expect(await ask(world)).toMatchObject({ verdict: 'hold', policy: { layer: 'standard', revision: 4, digest } });
    active.current = null;
    expect(codes(await ask(world))).toEqual(['POLICY_FAILED']);
    expect(log.mock.calls.map(([{ err }]: [{ err?: unknown }, ...unknown[]]) => (err as Error).message)).toEqual([
      `the active policy is f00, loaded is ${digest}`,
      `the active policy is none, loaded is ${digest}`,
    ]);
  });

  it('tells how each question ended, and of each decision what it changed', async () => {
    const world = await createWorld();
    await ask(world);
    world.clock.advance(60_000);
    await measuredStage(world);
    await ask(world);
    const last = { ...ask20, stage: '50' };
    await ask(world, last, principal());
    await ask(world, { ...ask20, stage: '33' });
    const told = world.events.map(({ type, previousVerdict, heldForMs, isListedStage, isLastStage, decision }) => [
      ...[decision.subject.stage, decision.verdict, type, previousVerdict, heldForMs],
      ...[isListedStage, isLastStage],
    ]);
    expect(told).toEqual([
      ['20', 'hold', 'transition', null, null, true, false],
      ['20', 'pass', 'transition', 'hold', 480_000, true, false],
      ['50', 'hold', 'transition', null, null, true, true],
      ['33', 'hold', 'transition', null, null, false, false],
    ]);
    expect(world.events.map(({ decision }) => decision.traceId)).toEqual(Array.from({ length: 4 }, () => null));
  });
});
