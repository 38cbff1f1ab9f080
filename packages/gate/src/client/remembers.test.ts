// What a client keeps of an answer, and what it does with it at the next one.
import { beforeEach, describe, expect, it } from 'vitest';
import { type ClientState, memoryState, type StateStore } from '../client.ts';
import { GateError } from '../gate-error.ts';
import { json, lyingMc, type LyingMc } from '../testing/lying-mc.ts';
import { ask, publishWindow } from '../testing/scenes.ts';
import { ask20 } from '../testing/world.ts';

let mc: LyingMc;
beforeEach(async () => {
  mc = await lyingMc();
});

async function stateOf(store: StateStore): Promise<ClientState> {
  const state = await store.load();
  if (state === null) throw new Error('nothing was saved');
  return state;
}

describe('what a client remembers', () => {
  it('is the tenant, the key set, and of each question how new its decision was and its pass', async () => {
    const state = memoryState();
    const truth = await mc.passing();
    const { decision, bundle } = await mc.poll({ state });
    const saved = await stateOf(state);
    const now = mc.world.clock.now();
    expect(saved).toMatchObject({ version: 1, tenant: 'acme', keySet: { version: 1, fetchedAt: now } });
    expect(Object.values(saved.questions)).toEqual([
      {
        seen: { epoch: decision?.epoch, revision: 2, statementDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
        pass: expect.objectContaining({ bundle, receivedAt: now, validUntil: Date.parse(truth.validUntil ?? '') }),
        usedAt: now,
      },
    ]);
    publishWindow(mc.world, ask20, { p95Ms: 900 });
    await mc.poll({ state });
    expect(Object.values((await stateOf(state)).questions)).toMatchObject([{ seen: { revision: 3 }, pass: null }]);
    const other = { ...ask20, stage: '50' };
    mc.onQuestion = async () => json(await ask(mc.world, other));
    await mc.poll({ state, question: other });
    expect(Object.keys((await stateOf(state)).questions)).toHaveLength(2);
  });

  it('tells which order an answer breaks', async () => {
    const truth = await mc.passing();
    const answerWith = async (changes: Parameters<LyingMc['resigned']>[1]) => {
      const bundle = await mc.resigned(truth, changes);
      mc.onQuestion = async () => json({ ...truth, bundle });
      return mc.poll();
    };
    await answerWith({ revision: 5 });
    expect((await answerWith({ revision: 4 })).reasons).toMatchObject([{ code: 'DECISION_OUTDATED', params: { revision: 4, known: 5 } }]);
    expect((await answerWith({ revision: 5, traceId: 'x' })).reasons).toMatchObject([
      { code: 'DECISION_UNVERIFIED', params: { cause: 'another decision has its revision' } },
    ]);
    expect((await answerWith({ revision: 5 })).verdict).toBe('pass');
    expect((await answerWith({ revision: 6, traceId: 'x' })).verdict).toBe('pass');
    // The same revision of a later epoch is another one.
    expect((await answerWith({ revision: 6, epoch: 'ff000000-0000-7000-8000-000000000000' })).verdict).toBe('pass');
  });

  it('says why an answer is not taken for a verdict', async () => {
    const truth = await mc.passing();
    mc.onQuestion = async () => json({ ...truth, bundle: null });
    expect((await mc.poll()).reasons).toMatchObject([{ code: 'DECISION_UNVERIFIED', params: { cause: 'it is not signed' } }]);
    mc.onQuestion = async () => json({ ...truth, verdict: 'hold' });
    expect((await mc.poll()).reasons).toMatchObject([{ code: 'DECISION_FOREIGN', params: { field: 'verdict' } }]);
  });

  it('is not lost in silence: a state that cannot be saved is an error and no verdict', async () => {
    const failure = new GateError('STATE_NOT_WRITABLE', 'disk full');
    const state: StateStore = {
      load: async () => null,
      save: async () => {
        throw failure;
      },
    };
    await expect(mc.poll({ state })).rejects.toBe(failure);
    const fault: StateStore = {
      ...state,
      save: async () => {
        throw new TypeError('a fault of ours');
      },
    };
    expect((await mc.poll({ state: fault })).reasons).toMatchObject([{ code: 'INTERNAL', params: {} }]);
  });

  it('holds no token: its reader is asked at every question, and its errors come out as they are', async () => {
    let asked = 0;
    const token = async () => `token ${++asked}`;
    await mc.poll({ token });
    await mc.poll({ token });
    expect(asked).toBe(2);
    const failure = new Error('no such file');
    await expect(mc.poll({ token: () => Promise.reject(failure) })).rejects.toBe(failure);
  });
});
