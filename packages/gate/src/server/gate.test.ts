import { digestOf, publicKeyFromPem, verifyBundle } from '@promotable/attest';
import { GateAnswer } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { activatePolicy } from '../server.ts';
import { builtRelease, standing, windowRecord } from '../testing/evidence.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, codes, measuredStage, minute, publishWindow } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, realPolicy, startOfTime } from '../testing/world.ts';

replaysEveryDecision();

describe('a gate', () => {
  it('holds a release that it has never heard of and records it once', async () => {
    const world = await createWorld();
    const first = await ask(world);
    expect(first).toMatchObject({ verdict: 'hold', revision: 1, heldSince: '2026-11-21T11:00:00.000Z', validUntil: null });
    expect(codes(first)).toContain('NO_EVIDENCE');
    world.clock.advance(minute);
    const second = await ask(world);
    expect(second).toMatchObject({ decisionId: first.decisionId, heldSince: first.heldSince, bundle: first.bundle });
    expect(world.events).toHaveLength(1);
    expect(GateAnswer.parse(second)).toEqual(second);
  });

  it('passes a good window, signed for exactly this subject and these digests, and says until when', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'pass', reasons: [], revision: 2, heldSince: null, retryAfterSeconds: null });
    expect(Date.parse(answer.validUntil ?? '')).toBe(world.clock.now() + 5 * minute);
    expect(answer.measured).toMatchObject({ p95Ms: 120, samples: 7200, budget: { p95Ms: 350, errorRate: 0.02 } });
    expect(answer.explainUrl).toBe(`https://mc.test/v1/decisions/${answer.decisionId}`);
    const key = publicKeyFromPem(world.keys.decision.publicKeyPem);
    const { statement } = verifyBundle(answer.bundle, () => key);
    const subject = { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', kind: 'rollout', stage: '20' };
    expect(statement.subject.map(({ digest }) => digest.sha256)).toEqual([digestOf(subject), 'a'.repeat(64)]);
    expect(world.events.at(-1)).toMatchObject({ type: 'transition', previousVerdict: 'hold', heldForMs: 7 * minute });
  });

  it('fails a window over twice the budget and gives the measured value', async () => {
    const world = await createWorld();
    await measuredStage(world, ask20, { p95Ms: 900 });
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'fail', validUntil: null, heldSince: null, measured: { p95Ms: 900 } });
    expect(answer.reasons.find(({ code }) => code === 'P95_OVER_BUDGET')?.params).toMatchObject({ measured: 900, budget: 350 });
  });

  it('answers an unchanged fail with the recorded decision and the numbers of the newest window beside it', async () => {
    const world = await createWorld();
    await measuredStage(world, ask20, { p95Ms: 900 });
    const first = await ask(world);
    world.clock.advance(minute);
    publishWindow(world, ask20, { p95Ms: 950 });
    const second = await ask(world);
    expect(second).toMatchObject({ decisionId: first.decisionId, bundle: first.bundle, measured: { p95Ms: 950 } });
  });

  it('changes its verdict within one poll of new evidence', async () => {
    const world = await createWorld();
    await measuredStage(world);
    expect((await ask(world)).verdict).toBe('pass');
    publishWindow(world, ask20, { p95Ms: 900 });
    expect((await ask(world)).verdict).toBe('fail');
    world.clock.advance(minute);
    publishWindow(world, ask20);
    expect((await ask(world)).verdict).toBe('pass');
  });

  it('never lets 20 % answer for 50 %', async () => {
    const world = await createWorld();
    await measuredStage(world);
    expect((await ask(world)).verdict).toBe('pass');
    const at50 = await ask(world, { ...ask20, stage: '50' });
    expect(at50.verdict).toBe('hold');
    const foreign = windowRecord({ until: world.clock.now() - 1000, digests: [digestA] });
    world.setEvidence({ ...ask20, stage: '50' }, { ...builtRelease({ until: startOfTime, digests: [digestA] }), slo: standing(foreign) });
    expect(codes(await ask(world, { ...ask20, stage: '50' }))).toContain('WINDOW_NOT_OF_STAGE');
  });

  it('renews an expired pass that still holds, and says that it is a renewal', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const first = await ask(world);
    world.clock.advance(minute);
    expect((await ask(world)).decisionId).toBe(first.decisionId);
    // The window is too old by then, so a long validity is what is shortened here.
    const policy = await realPolicy();
    const short = await createWorld({
      policy: { ...policy, settings: (service, environment) => ({ ...policy.settings(service, environment), passValidMs: minute }) },
    });
    await measuredStage(short);
    const before = await ask(short);
    short.clock.advance(minute);
    const after = await ask(short);
    expect(after).toMatchObject({ verdict: 'pass', revision: 3 });
    expect(after.decisionId).not.toBe(before.decisionId);
    expect(short.events.map(({ type }) => type)).toEqual(['transition', 'transition', 'renewal']);
  });

  it.each(['pass', 'hold'] as const)('signs a recorded %s anew once its key is no longer believed, as a renewal', async (verdict) => {
    let isBelieved = true;
    const world = await createWorld({ isBelieved: (_keyId, about) => isBelieved || about !== verdict });
    if (verdict === 'pass') await measuredStage(world);
    const before = await ask(world);
    expect(before.verdict).toBe(verdict);
    expect((await ask(world)).decisionId).toBe(before.decisionId);
    isBelieved = false;
    const after = await ask(world);
    expect(after).toMatchObject({ verdict, revision: (before.revision ?? 0) + 1 });
    expect(world.events.at(-1)?.type).toBe('renewal');
  });

  it('holds again when the evidence of a pass has become stale', async () => {
    const world = await createWorld();
    await measuredStage(world);
    await ask(world);
    world.clock.advance(10 * minute);
    const answer = await ask(world);
    expect(answer.verdict).toBe('hold');
    expect(codes(answer)).toContain('STALE');
    expect(answer.heldSince).toBe(new Date(world.clock.now()).toISOString());
  });

  it('fails other bytes under a known release id', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const answer = await ask(world, { ...ask20, digests: [digestB] });
    expect(answer.verdict).toBe('fail');
    expect(codes(answer)).toContain('DIGEST_MISMATCH');
  });

  it('keeps the answers of two pod templates apart: taking turns makes no decisions', async () => {
    const world = await createWorld();
    const other = { ...ask20, podTemplateHash: 'other' };
    for (let turn = 0; turn < 5; turn++) for (const question of [ask20, other]) await ask(world, question);
    expect(world.events.map(({ decision }) => [decision.podTemplateHash, decision.revision])).toEqual([
      ['6d4f9c7b58', 1],
      ['other', 2],
    ]);
  });

  it('gives one spelling to digests in any order, however often they are named', async () => {
    const world = await createWorld();
    const first = await ask(world, { ...ask20, digests: [digestB, digestA] });
    const second = await ask(world, { ...ask20, digests: [digestA, digestB, digestA] });
    expect(second.decisionId).toBe(first.decisionId);
    expect(second.digests).toEqual([digestA, digestB]);
  });

  it('starts a stage at the first question and keeps the start', async () => {
    const world = await createWorld();
    await ask(world);
    world.clock.advance(3 * minute);
    world.setEvidence(ask20, builtRelease({ until: startOfTime, digests: [digestA] }));
    expect((await ask(world)).stageStartedAt).toBe('2026-11-21T11:00:00.000Z');
    expect((await ask(world, { ...ask20, podTemplateHash: 'next' })).stageStartedAt).toBe('2026-11-21T11:03:00.000Z');
  });

  it('holds for a revoked signer', async () => {
    const world = await createWorld();
    await measuredStage(world);
    expect((await ask(world)).verdict).toBe('pass');
    world.revokedKeys.add('canary-key');
    const answer = await ask(world);
    expect(answer.verdict).toBe('hold');
    expect(codes(answer)).toContain('SIGNER_REVOKED');
  });

  it('decides by no policy but the active one', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const demo = await realPolicy('demo');
    await activatePolicy(world.store, demo);
    const answer = await ask(world);
    expect(answer).toMatchObject({ verdict: 'hold', decisionId: null, bundle: null });
    expect(codes(answer)).toEqual(['POLICY_FAILED']);
    await expect(world.module.readiness[0]?.check(AbortSignal.timeout(1000))).rejects.toMatchObject({ code: 'POLICY_NOT_LOADED' });
    await activatePolicy(world.store, await realPolicy());
    expect(await ask(world)).toMatchObject({ verdict: 'pass', policy: { revision: 3 } });
  });

  it('ends a pass no later than the override that it needs, and names it', async () => {
    const world = await createWorld();
    world.exceptions.push({
      kind: 'override',
      id: 'O-1',
      codes: ['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE'],
      digests: [digestA],
      environment: 'production',
      stages: ['20'],
      rule: { absent: 'NOT_STATED' },
      path: { absent: 'NOT_STATED' },
      suite: { absent: 'NOT_STATED' },
      verified: true,
      countersigned: { absent: 'NOT_APPLICABLE' },
      activeForMs: minute,
      expiresInMs: 2 * minute,
    });
    await measuredStage(world, ask20, { p95Ms: 900 });
    const answer = await ask(world);
    expect(answer.verdict).toBe('pass');
    expect(Date.parse(answer.validUntil ?? '')).toBe(world.clock.now() + 2 * minute);
    expect(world.events.at(-1)?.decision.override).toBe('O-1');
  });
});
