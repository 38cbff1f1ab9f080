import type { DecisionPredicate } from '@promotable/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterDecision, emptyStanding, type EnvironmentStanding, standingFacts } from './standing.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const at = (second: number) => new Date(1_700_000_000_000 + second * 1000).toISOString();

interface Step {
  readonly releaseId: string;
  readonly digests: string[];
  readonly kind?: 'rollout' | 'rollback';
  readonly verdict?: DecisionPredicate['verdict'];
  readonly override?: string | null;
  readonly isLastStage?: boolean;
  readonly second?: number;
}

function step(
  standing: EnvironmentStanding,
  { releaseId, digests, kind = 'rollout', verdict = 'pass', override = null, isLastStage = true, second = 0 }: Step,
): EnvironmentStanding {
  const subject = { tenant: 'acme', service: 'checkout', releaseId, environment: 'production', kind, stage: '50' };
  const decision = {
    subject,
    digests,
    verdict,
    override,
    mode: 'enforced',
    evaluatedAt: at(second),
    validUntil: at(second + 300),
  } as DecisionPredicate;
  return afterDecision(standing, decision, { isLastStage, rebuildRevision: 0 });
}

function facts(standing: EnvironmentStanding, releaseId: string, digests: string[], second = 1000) {
  return standingFacts(standing, {
    releaseId,
    digests,
    releaseDigests: [],
    rebuildRevision: 0,
    revoked: false,
    now: Date.parse(at(second)),
  });
}

const sidecar = digest('5');
const a = { releaseId: 'A', digests: [sidecar, digest('a')] };
const b = { releaseId: 'B', digests: [sidecar, digest('b')] };

describe('standing', () => {
  it('takes a digest shared with the current release for neither of the two', () => {
    const standing = step(step(emptyStanding, a), b);
    expect(facts(standing, 'A', a.digests)).toMatchObject({ proven: true, current: false });
    expect(facts(standing, 'B', b.digests)).toMatchObject({ proven: true, current: true });
    expect(facts(standing, 'X', [digest('a'), digest('b')])).toMatchObject({ proven: false, current: false });
  });

  it('makes suspect what a rollback leaves, also under another release id', () => {
    const standing = step(step(step(emptyStanding, a), b), { ...a, kind: 'rollback', second: 100 });
    expect(facts(standing, 'B', b.digests)).toMatchObject({ proven: false, suspectForMs: 900_000 });
    expect(facts(standing, 'B2', b.digests)).toMatchObject({ proven: false, suspectForMs: 900_000 });
    expect(facts(standing, 'A', a.digests)).toMatchObject({ proven: true, current: true, suspectForMs: { absent: 'NOT_SUSPECT' } });
  });

  it('makes suspect also what passed by an override and was never proven', () => {
    const standing = step(step(step(emptyStanding, a), { ...b, override: 'O-1' }), { ...a, kind: 'rollback', second: 100 });
    expect(facts(standing, 'B', b.digests)).toMatchObject({ proven: false, suspectForMs: 900_000 });
    expect(facts(step(standing, { ...b, override: 'O-2', second: 200 }), 'B', b.digests).suspectForMs).toBe(900_000);
    expect(facts(step(standing, { ...b, second: 200 }), 'B', b.digests).suspectForMs).toEqual({ absent: 'NOT_SUSPECT' });
  });

  it('counts what passed an earlier stage since the current release as on its way', () => {
    const standing = step(step(emptyStanding, a), { ...b, isLastStage: false });
    expect(facts(standing, 'B', b.digests)).toMatchObject({ proven: false, current: true });
    expect(facts(step(standing, { releaseId: 'C', digests: [digest('c')] }), 'B', b.digests).current).toBe(false);
  });

  it('proves no withdrawn digest and none of a release that was rebuilt', () => {
    const standing = step(emptyStanding, a);
    const asked = { releaseId: 'A', digests: a.digests, releaseDigests: a.digests, rebuildRevision: 0, revoked: false, now: 0 };
    expect(standingFacts(standing, asked)).toMatchObject({ proven: true, revoked: false });
    expect(standingFacts(standing, { ...asked, revoked: true })).toMatchObject({ proven: false, revoked: true });
    expect(standingFacts(standing, { ...asked, rebuildRevision: 1 }).proven).toBe(false);
    const other = { ...asked, releaseId: 'A2' };
    expect([
      standingFacts(standing, other).proven,
      standingFacts(standing, other, new Map([['A', 0]])).proven,
      standingFacts(standing, other, new Map([['A', 1]])).proven,
    ]).toEqual([false, true, false]);
  });

  it('passes no new release by a container that it shares with a proven one', () => {
    const standing = step(step(emptyStanding, a), { releaseId: 'C', digests: [digest('c')] });
    const shared = { digests: [sidecar], rebuildRevision: 0, revoked: false, now: 0 };
    const proven = (releaseId: string, releaseDigests: readonly string[]) =>
      standingFacts(standing, { ...shared, releaseId, releaseDigests }, new Map([['A', 0]])).proven;
    expect(proven('B', b.digests)).toBe(false);
    expect(proven('A', a.digests)).toBe(true);
    expect(proven('A again', a.digests)).toBe(true);
    expect(proven('unknown', [])).toBe(true);
  });

  it('is changed by passes alone', () => {
    const standing = step(emptyStanding, a);
    for (const verdict of ['fail', 'hold'] as const) expect(step(standing, { ...b, verdict })).toBe(standing);
  });

  it('is the same after a decision is applied twice', () => {
    const standing = step(step(emptyStanding, a), b);
    expect(step(standing, b)).toEqual(standing);
  });

  it('proves no empty set of digests, whatever happened before', () => {
    const steps = fc.array(
      fc.record({
        releaseId: fc.constantFrom('A', 'B', 'C'),
        digests: fc.subarray([digest('a'), digest('b'), digest('c')]),
        kind: fc.constantFrom('rollout' as const, 'rollback' as const),
        isLastStage: fc.boolean(),
        override: fc.constantFrom(null, 'O-1'),
        second: fc.nat(1000),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, fc.constantFrom('A', 'B', 'C'), (history, releaseId) => {
        expect(facts(history.reduce(step, emptyStanding), releaseId, []).proven).toBe(false);
      }),
    );
  });

  it('never says both proven and suspect', () => {
    const steps = fc.array(
      fc.record({
        releaseId: fc.constantFrom('A', 'B', 'C'),
        digests: fc.subarray([digest('a'), digest('b'), digest('c')], { minLength: 1 }),
        kind: fc.constantFrom('rollout' as const, 'rollback' as const),
        isLastStage: fc.boolean(),
        second: fc.nat(1000),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, fc.subarray([digest('a'), digest('b'), digest('c')], { minLength: 1 }), (history, asked) => {
        const { proven, suspectForMs } = facts(history.reduce(step, emptyStanding), 'A', asked);
        expect(proven && typeof suspectForMs === 'number').toBe(false);
      }),
    );
  });
});
