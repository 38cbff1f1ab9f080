import type { DecisionPredicate } from '@promotable/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterDecision, emptyStanding, type EnvironmentStanding, provenBy, standingFacts } from './standing.ts';

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
  readonly mode?: DecisionPredicate['mode'];
  readonly validUntil?: string | null;
  readonly rebuildRevision?: number;
}

function step(
  standing: EnvironmentStanding,
  {
    releaseId,
    digests,
    kind = 'rollout',
    verdict = 'pass',
    override = null,
    isLastStage = true,
    second = 0,
    mode = 'enforced',
    validUntil = at(second + 300),
    rebuildRevision = 0,
  }: Step,
): EnvironmentStanding {
  const subject = { tenant: 'acme', service: 'checkout', releaseId, environment: 'production', kind, stage: '50' };
  const decision = {
    subject,
    digests,
    verdict,
    override,
    mode,
    evaluatedAt: at(second),
    validUntil,
  } as DecisionPredicate;
  return afterDecision(standing, decision, { isLastStage, rebuildRevision });
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
    // Artifacts that are not all of the named release stand for themselves.
    const known = { digests: a.digests, rebuildRevision: 0, revoked: false, now: 0, releaseDigests: [sidecar, digest('b')] };
    expect(standingFacts(standing, { ...known, releaseId: 'B' }, new Map([['A', 0]])).proven).toBe(true);
  });

  it('is changed by enforced passes alone', () => {
    const standing = step(emptyStanding, a);
    for (const verdict of ['fail', 'hold'] as const) expect(step(standing, { ...b, verdict })).toBe(standing);
    expect(step(standing, { ...b, mode: 'shadow' })).toBe(standing);
  });

  it('asks for the rebuilds of the other releases that own every digest asked about, each once', () => {
    const rebuilt = { releaseId: 'A', digests: [...a.digests, digest('c')] };
    const standing = step(step(step(emptyStanding, a), b), rebuilt);
    expect(provenBy(standing, { releaseId: 'X', digests: [sidecar] })).toEqual(['A', 'B']);
    expect(provenBy(standing, { releaseId: 'B', digests: [sidecar] })).toEqual(['A']);
    expect(provenBy(standing, { releaseId: 'X', digests: b.digests })).toEqual(['B']);
    expect(provenBy(standing, { releaseId: 'X', digests: [digest('a'), digest('b')] })).toEqual([]);
    expect(provenBy(standing, { releaseId: 'X', digests: [] })).toEqual([]);
  });

  it('takes what was rolled back to for the current release from the moment at which the rollback ends', () => {
    const left = step(step(emptyStanding, a), b);
    const standing = step(left, { ...a, kind: 'rollback', second: 100 });
    expect([399.999, 400].map((second) => facts(standing, 'A', a.digests, second).current)).toEqual([false, true]);
    const endless = step(left, { ...a, kind: 'rollback', second: 100, validUntil: null });
    expect([99.999, 100].map((second) => facts(endless, 'A', a.digests, second).current)).toEqual([false, true]);
  });

  it('keeps the end of a rollback that is repeated, and lets nothing be on its way any more', () => {
    const onTheWay = { releaseId: 'C', digests: [digest('c')], isLastStage: false };
    const standing = step(step(step(step(emptyStanding, a), b), onTheWay), { ...a, kind: 'rollback', second: 100 });
    expect(standing.onTheWay).toEqual([]);
    expect(step(standing, { ...a, kind: 'rollback', second: 200 })).toBe(standing);
    const other = { ...a, releaseId: 'A again', kind: 'rollback' as const, second: 200 };
    expect(step(standing, other).current).toEqual({ releaseId: 'A again', digests: a.digests, rollbackUntil: Date.parse(at(500)) });
  });

  it('suspects nothing where a rollback leaves nothing', () => {
    const first = step(emptyStanding, { ...a, kind: 'rollback' });
    expect(first).toMatchObject({ current: { releaseId: 'A' }, known: [], onTheWay: [] });
    const unnamed = step(step(step(emptyStanding, b), { releaseId: 'N', digests: [] }), { ...a, kind: 'rollback' });
    expect(unnamed.known).toEqual([{ ...b, rebuildRevision: 0, suspectSince: null }]);
  });

  it('counts suspicion from the latest of them, and from no moment to come', () => {
    const cd = { releaseId: 'CD', digests: [sidecar, digest('c'), digest('d')] };
    const once = step(step(step(emptyStanding, a), b), { ...a, kind: 'rollback', second: 100 });
    const twice = step(step(once, cd), { ...a, kind: 'rollback', second: 500 });
    expect(facts(twice, 'X', [sidecar]).suspectForMs).toBe(500_000);
    expect(facts(twice, 'X', [sidecar], 400).suspectForMs).toBe(0);
    expect(facts(twice, 'B', b.digests).suspectForMs).toBe(900_000);
  });

  it('remembers the rebuild that was proven when it becomes suspect', () => {
    const standing = step(step(step(emptyStanding, a), { ...b, rebuildRevision: 3 }), { ...a, kind: 'rollback', second: 100 });
    expect(standing.known.map(({ releaseId, rebuildRevision, suspectSince }) => [releaseId, rebuildRevision, suspectSince])).toEqual([
      ['B', 3, Date.parse(at(100))],
      ['A', 0, null],
    ]);
  });

  it('goes by the release id alone where no digests were sent', () => {
    const standing = step(emptyStanding, { releaseId: 'N', digests: [] });
    expect(standing.known).toEqual([]);
    expect(facts(standing, 'N', []).current).toBe(true);
    expect(facts(standing, 'N', [digest('a')]).current).toBe(true);
    expect(facts(standing, 'X', []).current).toBe(false);
    expect(facts(step(emptyStanding, a), 'A', []).current).toBe(true);
    expect(facts(step(emptyStanding, a), 'X', []).current).toBe(false);
  });

  it('knows as current whatever is part of what passed last, and nothing more', () => {
    const standing = step(emptyStanding, a);
    expect(facts(standing, 'X', [digest('a')]).current).toBe(true);
    expect(facts(standing, 'A', [...a.digests, digest('c')]).current).toBe(false);
    expect(facts(emptyStanding, 'A', a.digests)).toEqual({
      proven: false,
      revoked: false,
      current: false,
      suspectForMs: { absent: 'NOT_SUSPECT' },
    });
  });

  it('lists what is on its way once, and takes it off when it has arrived', () => {
    const standing = step(step(emptyStanding, a), { ...b, isLastStage: false });
    expect(step(standing, { ...b, isLastStage: false })).toBe(standing);
    const renamed = step(standing, { ...b, releaseId: 'B2', isLastStage: false });
    expect(renamed.onTheWay.map(({ releaseId }) => releaseId)).toEqual(['B2', 'B']);
    // A pass of the current release alone moves nothing else.
    expect(step(standing, a).onTheWay).toEqual([b]);
    expect(step(step(standing, { ...a, isLastStage: false }), a).onTheWay).toEqual([b]);
    expect(step(standing, b).onTheWay).toEqual([]);
  });

  it('remembers the latest 200 of a kind', () => {
    const hex = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
    const releases = Array.from({ length: 201 }, (_, index) => ({ releaseId: `R${index}`, digests: [hex(index)] }));
    const latest = releases.toReversed().map(({ releaseId }) => releaseId);
    const passed = releases.reduce<EnvironmentStanding>(step, emptyStanding);
    expect(passed.known.map(({ releaseId }) => releaseId)).toEqual(latest.slice(0, 200));
    const leaving = step(step(passed, { ...a, override: 'O-1' }), { ...b, kind: 'rollback' });
    expect(leaving.known.map(({ releaseId }) => releaseId)).toEqual(['A', ...latest.slice(0, 199)]);
    const early = releases.map((release) => ({ ...release, isLastStage: false })).reduce<EnvironmentStanding>(step, emptyStanding);
    expect(early.onTheWay.map(({ releaseId }) => releaseId)).toEqual(latest.slice(0, 200));
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
