import { describe, expect, it } from 'vitest';
import { askRollout } from '../server.ts';
import { ask, codes, measuredStage, minute, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, principal, type World } from '../testing/world.ts';
import { askGate } from './ask-gate.ts';
import { memoryState } from './client-state.ts';
import { dryRunGate } from './dry-run-gate.ts';

async function optionsOf(world: World, fetch?: typeof globalThis.fetch) {
  const answering = async (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    String(url).endsWith('/keys.json')
      ? Response.json({ keySet: await world.keySetBundle() })
      : Response.json(await askRollout(world.module.gate, principal(), JSON.parse(String(init?.body))));
  return {
    ...{ url: 'http://mc.test', token: 'token', question: ask20, clock: world.clock, totalMs: 300 },
    trust: { rootPublicKey: world.keys.root.publicKeyPem },
    fetch: fetch ?? answering,
  };
}

describe('a dry run', () => {
  it('says what would be decided, and leaves no trace: no decision, no stage begun', async () => {
    const world = await createWorld();
    const options = await optionsOf(world);
    const unknown = await dryRunGate(options);
    expect([unknown.verdict, codes({ reasons: [...unknown.reasons] })]).toEqual(['hold', ['NO_EVIDENCE', 'PENDING']]);
    world.clock.advance(5 * minute);
    const first = await ask(world);
    expect(Date.parse(first.stageStartedAt ?? '')).toBe(world.clock.now());
    const decided = world.events.length;

    world.clock.advance(7 * minute);
    publishWindow(world, ask20, { lengthMs: 5 * minute });
    expect(await dryRunGate(options)).toEqual({ verdict: 'pass', reasons: [], warnings: [] });
    publishWindow(world, ask20, { lengthMs: 5 * minute, p95Ms: 900 });
    const would = await dryRunGate(options);
    expect([would.verdict, codes({ reasons: [...would.reasons] })]).toEqual(['fail', ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE']]);
    expect(would.reasons[0]?.message).toContain('p95 900 ms');
    expect(world.events).toHaveLength(decided);
  });

  it('is no decision for a client that acts on decisions, even where it would pass', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const options = await optionsOf(world);
    const answer = await askGate({ ...options, question: { ...ask20, dryRun: true }, state: memoryState() });
    expect([answer.verdict, answer.decision]).toEqual(['hold', null]);
    expect(codes({ reasons: [...answer.reasons] })).toEqual(['DECISION_UNVERIFIED']);
  });

  it('holds while MC is away or reads no evidence', async () => {
    const world = await createWorld();
    const away = async () => Promise.reject(new TypeError('fetch failed'));
    expect(await dryRunGate(await optionsOf(world, away))).toMatchObject({ verdict: 'hold', reasons: [{ code: 'MC_UNREACHABLE' }] });
    world.outage = new Error('no database');
    expect(await dryRunGate(await optionsOf(world))).toMatchObject({ verdict: 'hold', reasons: [{ class: 'missing_proof' }] });
  });

  it('may be asked for by those alone who may ask', async () => {
    const world = await createWorld();
    const caller = principal('acme', { scopes: [] });
    await expect(askRollout(world.module.gate, caller, { ...ask20, dryRun: true })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
