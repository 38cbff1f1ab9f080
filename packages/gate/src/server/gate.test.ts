import { verifyBundle, publicKeyFromPem, digestOf } from '@promotable/attest';
import { GateAnswer } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { builtRelease, standing, windowRecord } from '../testing/evidence.ts';
import { ask20, createWorld, digestA, principal, startOfTime, type World } from '../testing/world.ts';
import { askRollout } from './gate-module.ts';

const minute = 60_000;

/** Starts the stage, then lets a good window end now. */
async function goodWindow(world: World, question = ask20): Promise<void> {
  await askRollout(world.module.gate, principal(), question);
  world.clock.advance(question.stage === '20' ? 7 * minute : 12 * minute);
  const until = world.clock.now() - 1000;
  const lengthMs = question.stage === '20' ? 5 * minute : 10 * minute;
  world.setEvidence(question, { ...builtRelease({ until: startOfTime - minute, digests: question.digests }), slo: standing(windowRecord({ until, lengthMs, digests: question.digests })) });
}

describe('a gate', () => {
  it('holds a release that it has never heard of and records it once', async () => {
    const world = await createWorld();
    const first = await askRollout(world.module.gate, principal(), ask20);
    expect(first).toMatchObject({ verdict: 'hold', revision: 1, heldSince: '2026-11-21T11:00:00.000Z', validUntil: null });
    expect(first.reasons.map(({ code }) => code)).toContain('NO_EVIDENCE');
    world.clock.advance(minute);
    const second = await askRollout(world.module.gate, principal(), ask20);
    expect(second).toMatchObject({ decisionId: first.decisionId, heldSince: first.heldSince, bundle: first.bundle });
    expect(world.events).toHaveLength(1);
    expect(GateAnswer.parse(second)).toEqual(second);
  });

  it('passes a good window, signed, and says until when', async () => {
    const world = await createWorld();
    await goodWindow(world);
    const answer = await askRollout(world.module.gate, principal(), ask20);
    expect(answer).toMatchObject({ verdict: 'pass', reasons: [], revision: 2, heldSince: null });
    expect(Date.parse(answer.validUntil ?? '')).toBe(world.clock.now() + 5 * minute);
    expect(answer.measured).toMatchObject({ p95Ms: 120, samples: 7200, budget: { p95Ms: 350, errorRate: 0.02 } });
    const key = publicKeyFromPem(world.keys.decision.publicKeyPem);
    const { statement } = verifyBundle(answer.bundle, () => key);
    const { tenant, service, releaseId, environment, stage } = { tenant: 'acme', ...ask20 };
    expect(statement.subject.map(({ digest }) => digest.sha256)).toEqual([digestOf({ tenant, service, releaseId, environment, kind: 'rollout', stage }), 'a'.repeat(64)]);
    expect(world.events.at(-1)).toMatchObject({ type: 'transition', previousVerdict: 'hold', heldForMs: 7 * minute });
  });
});
