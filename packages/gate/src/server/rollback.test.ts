import { describe, expect, it } from 'vitest';
import { replaysEveryDecision } from '../testing/replays.ts';
import { unknownRelease } from '../testing/evidence.ts';
import { ask, measuredStage, minute, promoted, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, principal, type World } from '../testing/world.ts';

replaysEveryDecision();

const releaseA = { releaseId: 'A', digests: [digestA] };
const releaseB = { releaseId: 'B', digests: [digestB] };
const day = 24 * 60 * minute;

const back = { ...ask20, ...releaseA, podTemplateHash: 'podBack' };

/** A was promoted, then B; a day later nothing of A is fresh any more. */
async function afterTwoReleases(): Promise<World> {
  const world = await createWorld();
  await promoted(world, releaseA);
  await promoted(world, releaseB);
  world.clock.advance(day);
  return world;
}

describe('a rollback', () => {
  it('to proven digests passes without fresh evidence, as a decision of its own kind', async () => {
    const world = await afterTwoReleases();
    const answer = await ask(world, back);
    expect(answer.verdict).toBe('pass');
    expect(answer.warnings.map(({ code }) => code)).toContain('ROLLBACK_TO_PROVEN');
    expect(world.events.at(-1)?.decision.subject).toMatchObject({ kind: 'rollback', releaseId: 'A', stage: '20' });
  });

  it('is recognised by digest, whatever release id the caller gives', async () => {
    const world = await afterTwoReleases();
    world.setEvidence({ ...ask20, releaseId: 'A-again' }, { ...unknownRelease, known: true, digests: [digestA] });
    expect((await ask(world, { ...back, releaseId: 'A-again' })).verdict).toBe('pass');
    expect((await ask(world, { ...back, digests: [`sha256:${'c'.repeat(64)}`] })).verdict).not.toBe('pass');
  });

  it('goes through every stage and answers twice while it lasts; afterwards the release is the current one and asked like any other', async () => {
    const world = await afterTwoReleases();
    const first = await ask(world, back);
    world.clock.advance(minute);
    expect((await ask(world, back)).decisionId).toBe(first.decisionId);
    expect((await ask(world, { ...back, stage: '50' })).verdict).toBe('pass');
    world.clock.advance(4 * minute);
    expect((await ask(world, back)).verdict).toBe('hold');
    expect((await ask(world, { ...back, stage: '50' })).verdict).toBe('hold');
  });

  it('makes the release that was left suspect, until an ordinary pass of the last stage with newer evidence', async () => {
    const world = await afterTwoReleases();
    await ask(world, back);
    world.clock.advance(10 * minute);
    const again = { ...ask20, ...releaseB, podTemplateHash: 'podAgain' };
    expect((await ask(world, again)).verdict).toBe('hold');
    for (const stage of ['20', '50']) {
      await measuredStage(world, { ...again, stage });
      expect((await ask(world, { ...again, stage })).verdict).toBe('pass');
    }
    const { standing } = await world.store.readStanding({ tenant: 'acme', service: 'checkout', environment: 'production' });
    expect(standing.current).toMatchObject({ releaseId: 'B', rollbackUntil: null });
    expect(standing.known.map(({ releaseId, suspectSince }) => [releaseId, suspectSince])).toEqual([
      ['B', null],
      ['A', null],
    ]);
  });

  it('is not to be had for the current release', async () => {
    const world = await afterTwoReleases();
    expect((await ask(world, { ...ask20, ...releaseB, podTemplateHash: 'podMore' })).verdict).toBe('hold');
  });

  it('is not to be had for a release that passed earlier stages only', async () => {
    const world = await createWorld();
    await promoted(world, releaseA);
    const question = { ...ask20, ...releaseB };
    await measuredStage(world, question);
    expect((await ask(world, question)).verdict).toBe('pass');
    world.clock.advance(day);
    expect((await ask(world, question)).verdict).toBe('hold');
  });

  it('is not to be had for a release that passed the last stage by an override', async () => {
    const world = await createWorld();
    world.exceptions.push({
      kind: 'override',
      id: 'O-1',
      codes: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'],
      digests: [digestA],
      environment: 'production',
      stages: ['50'],
      rule: { absent: 'NOT_STATED' },
      path: { absent: 'NOT_STATED' },
      suite: { absent: 'NOT_STATED' },
      verified: true,
      countersigned: { absent: 'NOT_APPLICABLE' },
      activeForMs: 0,
      expiresInMs: 60 * minute,
    });
    const question = { ...ask20, stage: '50' };
    await measuredStage(world, question, { p95Ms: 900 });
    expect((await ask(world, question)).verdict).toBe('pass');
    world.exceptions.length = 0;
    await promoted(world, releaseB);
    publishWindow(world, back);
    world.clock.advance(day);
    expect((await ask(world, back)).verdict).toBe('hold');
  });

  it('is not to be had for a withdrawn digest', async () => {
    const world = await afterTwoReleases();
    world.revokedDigests.add(digestA);
    expect((await ask(world, back)).verdict).not.toBe('pass');
  });

  it('is not to be had for a release that was rebuilt since', async () => {
    const world = await afterTwoReleases();
    const question = { ...ask20, ...releaseA };
    publishWindow(world, question);
    const key = JSON.stringify(['acme', 'checkout', 'A', '20']);
    const evidence = world.evidence.get(key);
    if (evidence === undefined) throw new Error('no evidence');
    world.evidence.set(key, { ...evidence, rebuildRevision: 1, slo: null });
    expect((await ask(world, back)).verdict).toBe('hold');
  });

  it('in one environment, service or tenant proves nothing in another', async () => {
    const world = await afterTwoReleases();
    const cart = { ...back, service: 'cart' };
    publishWindow(world, cart);
    publishWindow(world, back, {}, 'globex');
    world.clock.advance(day);
    expect((await ask(world, { ...back, environment: 'staging' })).verdict).toBe('hold');
    expect((await ask(world, cart)).verdict).toBe('hold');
    expect((await ask(world, back, principal('globex'))).verdict).toBe('hold');
    expect((await ask(world, back)).verdict).toBe('pass');
  });
});
