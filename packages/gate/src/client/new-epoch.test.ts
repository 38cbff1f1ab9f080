// A ledger that was restored to an older state: what clients have seen outlives what MC remembers.
import { acceptLoss, createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { afterEach, describe, expect, it } from 'vitest';
import { askGate, type ClientAnswer, memoryState, type StateStore } from '../client.ts';
import { type HttpGate, serve } from '../testing/http.ts';
import { ask, measuredStage, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, principal, type World } from '../testing/world.ts';

const codes = ({ reasons }: Pick<ClientAnswer, 'reasons'>) => reasons.map(({ code }) => code);
const epoch = '01991234-5678-7000-8000-000000000000';
let gates: HttpGate[] = [];

afterEach(async () => {
  await Promise.all(gates.map((gate) => gate.close()));
  gates = [];
});

async function poll(world: World, state: StateStore): Promise<ClientAnswer> {
  const gate = await serve(world);
  gates.push(gate);
  const { clock, keys } = world;
  return askGate({ url: gate.url, token: 'acme', question: ask20, trust: { rootPublicKey: keys.root.publicKeyPem }, state, clock });
}

describe('a gate whose ledger was restored to an older state', () => {
  it('is not believed until a new epoch has begun; then its decisions outrank those that were lost', async () => {
    const state = memoryState();
    const before = await createWorld({ ledger: createMemoryLedger({ epoch }) });
    await measuredStage(before);
    expect(await poll(before, state)).toMatchObject({ verdict: 'pass', decision: { epoch, revision: 2 } });

    // The restored MC knows nothing of the pass: its first decision has a revision that the client has left behind.
    const ledger = createMemoryLedger({ epoch });
    const restored = await createWorld({ ledger, shared: before });
    publishWindow(restored, ask20, { p95Ms: 900 });
    const outdated = await poll(restored, state);
    expect([outdated.verdict, codes(outdated)]).toEqual(['hold', ['DECISION_OUTDATED']]);

    const accepted = await acceptLoss([], { ledger, transactor: memoryTransactor(), clock: restored.clock, actor: 'operator' });
    expect(accepted.epoch > epoch).toBe(true);
    restored.clock.advance(1000);
    const answer = await poll(restored, state);
    expect(codes(answer)).not.toContain('DECISION_OUTDATED');
    expect(answer).toMatchObject({ source: 'mc', decision: { epoch: accepted.epoch } });
    // The unchanged verdict was signed anew, once.
    const again = await poll(restored, state);
    expect([again.decision?.revision, restored.events.map(({ type }) => type)]).toEqual([
      answer.decision?.revision,
      ['transition', 'renewal'],
    ]);
    // Whoever now answers from before the loss is behind.
    expect(codes(await poll(before, state))).toEqual(['DECISION_OUTDATED']);
  });

  it('writes no decision under an epoch that has ended, however short the time since', async () => {
    const ledger = createMemoryLedger({ epoch });
    const world = await createWorld({ ledger });
    await measuredStage(world);
    expect(await ask(world)).toMatchObject({ verdict: 'pass', revision: 2 });
    const accepted = await acceptLoss([], { ledger, transactor: memoryTransactor(), clock: world.clock, actor: 'operator' });
    publishWindow(world, ask20, { p95Ms: 900 });
    expect(await ask(world)).toMatchObject({ verdict: 'fail', revision: 3 });
    expect(world.events.map(({ decision }) => decision.epoch)).toEqual([epoch, epoch, accepted.epoch]);
  });

  it('while it is suspended, holds every question with the reason, reads and records nothing', async () => {
    const reason = { code: 'LEDGER_BEHIND_CHECKPOINT', class: 'missing_proof' as const, params: {} };
    const world = await createWorld({ suspended: reason });
    world.outage = new Error('must not be read');
    const answer = await ask(world);
    expect(answer).toMatchObject({
      verdict: 'hold',
      bundle: null,
      decisionId: null,
      reasons: [
        { ...reason, message: expect.stringContaining('ledger lies behind a checkpoint'), fix: expect.stringContaining('--accept-loss') },
      ],
    });
    expect(await poll(world, memoryState())).toMatchObject({ verdict: 'hold', source: 'unsigned', exitCode: 3 });
    expect(world.events).toEqual([]);
    expect(await world.module.records.list(principal(), { service: 'checkout', releaseId: 'A' })).toEqual({ decisions: [] });
  });
});
