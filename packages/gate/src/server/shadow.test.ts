// What is decided in shadow is on record like any decision, and moves nothing.
import { publicKeyFromPem } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { memoryState } from '../client.ts';
import { explainDecision } from '../explain/explain-decision.ts';
import { adapterWorld } from '../testing/adapter-world.ts';
import { away, json, lyingMc } from '../testing/lying-mc.ts';
import { ask, codes, measuredStage, minute, promoted, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, policyOfRecord, principal } from '../testing/world.ts';
import { askRollout } from './gate-module.ts';

const shadow20 = { ...ask20, shadow: true };
const last = { ...ask20, stage: '50' };

describe('a question in shadow', () => {
  it('is decided, signed, recorded and explained, once per verdict', async () => {
    const world = await createWorld();
    await measuredStage(world, shadow20);
    const first = await ask(world, shadow20);
    expect(first).toMatchObject({ verdict: 'pass', mode: 'shadow', revision: 2 });
    expect((await ask(world, shadow20)).decisionId).toBe(first.decisionId);
    const record = await world.module.records.record(principal(), first.decisionId ?? '');
    const key = publicKeyFromPem(world.keys.decision.publicKeyPem);
    const explained = await explainDecision(record, { keys: () => key, loadPolicy: policyOfRecord });
    expect(explained).toMatchObject({ verdict: 'pass', replayed: 'equal', decision: { mode: 'shadow' } });
    const { decisions } = await world.module.records.list(principal(), { service: 'checkout', releaseId: 'A' });
    expect(decisions.map(({ mode, verdict }) => `${mode} ${verdict}`)).toEqual(['shadow pass', 'shadow hold']);
  });

  it('proves nothing, makes nothing current, suspect or on its way, and is no pass to go back to', async () => {
    const world = await createWorld();
    for (const question of [ask20, last]) await measuredStage(world, { ...question, shadow: true } as typeof ask20);
    for (const question of [shadow20, { ...last, shadow: true }]) expect((await ask(world, question)).verdict).toMatch(/pass|hold/);
    expect((await ask(world, { ...last, shadow: true } as typeof ask20)).verdict).toBe('pass');
    expect((await world.store.readStanding({ tenant: 'acme', ...ask20 })).revision).toBe(0);
    world.clock.advance(24 * 60 * minute);
    expect(await ask(world)).toMatchObject({ verdict: 'hold', mode: 'enforced' });
    const enforced = await ask(world);
    expect(await world.store.passBefore('acme', enforced.decisionId ?? '')).toBeNull();
  });

  it('of a rollback does not make suspect what runs', async () => {
    const world = await createWorld();
    await promoted(world, { releaseId: 'A', digests: [digestA] });
    await promoted(world, { releaseId: 'B', digests: [digestB] });
    world.clock.advance(24 * 60 * minute);
    const before = await world.store.readStanding({ tenant: 'acme', ...ask20 });
    const rollback = await ask(world, { ...shadow20, podTemplateHash: 'podA' });
    expect(rollback).toMatchObject({ verdict: 'pass', mode: 'shadow', warnings: [{ code: 'ROLLBACK_TO_PROVEN' }] });
    expect(await world.store.readStanding({ tenant: 'acme', ...ask20 })).toEqual(before);
  });

  it('neither answers the enforced question nor begins its stage', async () => {
    const world = await createWorld();
    await measuredStage(world, shadow20);
    expect((await ask(world, shadow20)).verdict).toBe('pass');
    const enforced = await ask(world);
    expect([enforced.verdict, enforced.mode, codes(enforced)]).toEqual(['hold', 'enforced', ['WINDOW_NOT_OF_STAGE']]);
    expect(enforced.stageStartedAt).toBe(new Date(world.clock.now()).toISOString());
    expect((await ask(world, shadow20)).verdict).toBe('pass');
  });

  it('is told to nobody', async () => {
    const world = await createWorld();
    await measuredStage(world, shadow20, { p95Ms: 900 });
    expect((await ask(world, shadow20)).verdict).toBe('fail');
    expect(world.events).toEqual([]);
  });

  it('is no dry run: that records nothing', async () => {
    const { gate } = (await createWorld()).module;
    await expect(askRollout(gate, principal(), { ...shadow20, dryRun: true })).rejects.toMatchObject({
      code: 'INVALID_QUESTION',
      faults: [{ path: '/shadow' }],
    });
  });
});

describe('a client', () => {
  it('takes a pass in shadow for a pass only where it asked for one', async () => {
    const mc = await lyingMc();
    await measuredStage(mc.world, shadow20);
    await mc.passing();
    const shadow = async () => json(await ask(mc.world, shadow20));
    const enforced = async () => json(await ask(mc.world));
    const causes = async (question: typeof ask20) => {
      const { verdict, exitCode, decision, reasons } = await mc.poll({ question, state: memoryState() });
      return [verdict, exitCode, decision?.mode ?? reasons[0]?.params['cause']];
    };
    mc.onQuestion = shadow;
    publishWindow(mc.world, ask20);
    expect(await causes(shadow20)).toEqual(['pass', 0, 'shadow']);
    expect(await causes(ask20)).toEqual(['hold', 3, 'it was made in shadow mode']);
    mc.onQuestion = enforced;
    expect(await causes(shadow20)).toEqual(['hold', 3, 'it was not made in shadow mode']);
  });

  it('exits with the verdict in shadow too: no flag turns a hold into 0', async () => {
    const mc = await lyingMc();
    mc.onQuestion = async () => json(await ask(mc.world, shadow20));
    expect(await mc.poll({ question: shadow20 })).toMatchObject({ verdict: 'hold', exitCode: 3, decision: { mode: 'shadow' } });
    mc.onQuestion = away;
    expect((await mc.poll({ question: shadow20 })).exitCode).toBe(3);
  });

  it('in a cluster cannot be made to ask in shadow', async () => {
    const { ask: poll } = await adapterWorld();
    await expect(poll(shadow20)).rejects.toMatchObject({ code: 'INVALID_QUESTION' });
  });
});
