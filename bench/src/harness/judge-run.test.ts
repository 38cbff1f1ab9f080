import { describe, expect, it } from 'vitest';
import { type CauseCode, judgeRun } from './judge-run.ts';
import type { Comparison, Gate } from './row.ts';
import type { Round, Slice } from './variant.ts';

const comparison = (gate: Gate | null, changes: Partial<Comparison> = {}): Comparison => ({
  name: 'row',
  subject: 'ours',
  baseline: 'limit',
  metric: 'cpu',
  gate,
  ...changes,
});
const cost: Gate = { kind: 'cost', atMost: 1.5 };
const share: Gate = { kind: 'share', atLeast: 0.75 };

/** A slice of 100 ms of CPU in which an operation took so many µs. */
const slice = (cpuUs: number, changes: Partial<Slice> = {}): Slice => ({
  operations: 1000,
  cpuMs: cpuUs,
  wallMs: cpuUs,
  errors: 0,
  ...changes,
});
const rounds = (ours: readonly number[], limit: readonly number[] = ours.map(() => 100), changes: Partial<Slice> = {}): Round[] =>
  ours.map((value, index) => ({ ours: slice(value, changes), limit: slice(limit[index] ?? 100) }));
const around = (centre: number): number[] => [0.98, 1.01, 0.99, 1, 1.02, 1, 0.99, 1.01, 1].map((factor) => factor * centre);
const causes = (result: { causes: readonly { code: CauseCode }[] }): CauseCode[] => result.causes.map(({ code }) => code);

describe('a run', () => {
  it('passes when the whole interval keeps the limit, and fails when all of it misses', () => {
    expect(judgeRun(comparison(cost), rounds(around(120)))).toMatchObject({
      verdict: 'pass',
      causes: [],
      figures: { ratio: 1.2, rounds: 9 },
    });
    expect(judgeRun(comparison(cost), rounds(around(180)))).toMatchObject({ verdict: 'fail', causes: [] });
    expect(judgeRun(comparison(share), rounds(around(110)))).toMatchObject({
      verdict: 'pass',
      figures: { ratio: expect.closeTo(0.909, 3) },
    });
    expect(judgeRun(comparison(share), rounds(around(150)))).toMatchObject({ verdict: 'fail' });
  });

  it('divides by the baseline of the same round, so that a machine that slows down decides nothing', () => {
    const drift = [100, 103, 106, 109, 112, 115, 118, 121, 124];
    expect(
      judgeRun(
        comparison(cost),
        rounds(
          drift.map((value) => value * 1.2),
          drift,
        ),
      ),
    ).toMatchObject({
      verdict: 'pass',
      figures: { ratio: expect.closeTo(1.2, 6), min: expect.closeTo(1.2, 6), max: expect.closeTo(1.2, 6) },
    });
  });

  it('is inconclusive when the interval holds the limit, though the median keeps it', () => {
    const result = judgeRun(comparison(cost), rounds([120, 130, 140, 145, 148, 155, 160, 170, 180]));
    expect(result).toMatchObject({ verdict: 'inconclusive', figures: { ratio: 1.48 } });
    expect(causes(result)).toEqual(['STRADDLES_GATE']);
  });

  it('leaves out rounds in which the baseline lay more than 30 % above its least: the machine was busy otherwise', () => {
    const busy = [100, 100, 131, 100, 100, 160, 100, 129, 100];
    const result = judgeRun(comparison(cost), rounds([100, 100, 900, 100, 100, 10, 100, 129, 100], busy));
    expect(result).toMatchObject({ verdict: 'pass', causes: [], figures: { ratio: 1, min: 1, max: 1, rounds: 7, voidRounds: 2 } });
    expect(judgeRun(comparison(cost), rounds([180, 180, 1, 180, 180, 1, 180, 240, 180], busy)).verdict).toBe('fail');
  });

  it('is inconclusive when fewer than six rounds, or than half of them, were left in peace', () => {
    const result = judgeRun(comparison(cost), rounds(around(100), [100, 100, 100, 100, 100, 131, 131, 131, 131]));
    expect([result.verdict, causes(result)]).toEqual(['inconclusive', ['BASELINE_UNSTEADY']]);
    const many = [...Array.from({ length: 8 }, () => 100), ...Array.from({ length: 9 }, () => 140)];
    expect(causes(judgeRun(comparison(cost), rounds(many.slice().fill(100), many)))).toEqual(['BASELINE_UNSTEADY']);
    expect(judgeRun(comparison(cost), rounds(many.slice(0, 16).fill(100), many.slice(0, 16))).verdict).toBe('pass');
  });

  it('is inconclusive when one answer was wrong, and says which', () => {
    const measured = rounds(around(100));
    measured[3] = { ours: slice(100, { errors: 1, fault: 'status 500' }), limit: slice(100) };
    const result = judgeRun(comparison(cost), measured);
    expect(result).toMatchObject({ verdict: 'inconclusive', causes: [{ code: 'ERRORS', detail: expect.stringContaining('status 500') }] });
  });

  it('is inconclusive when a server had nothing to do, but not when others kept it from running', () => {
    const idle = judgeRun(comparison(cost), rounds(around(100), undefined, { wallMs: 120 }), { leastUtilisation: 0.95 });
    expect([idle.verdict, causes(idle), idle.figures]).toEqual(['inconclusive', ['NOT_SATURATED'], null]);
    const kept = rounds(around(100), undefined, { wallMs: 200, waitedMs: 100 });
    expect(judgeRun(comparison(cost), kept, { leastUtilisation: 0.95 })).toMatchObject({ verdict: 'pass', figures: { voidRounds: 0 } });
  });

  it('leaves out single rounds without load', () => {
    const measured = rounds(around(100));
    measured[0] = { ours: slice(100, { wallMs: 300 }), limit: slice(100) };
    expect(judgeRun(comparison(cost), measured, { leastUtilisation: 0.95 })).toMatchObject({
      verdict: 'pass',
      figures: { rounds: 8, voidRounds: 1 },
    });
  });

  it('is inconclusive with fewer than six rounds', () => {
    expect(causes(judgeRun(comparison(cost), rounds([100, 100, 100, 100, 100])))).toEqual(['TOO_FEW_ROUNDS']);
    expect(judgeRun(comparison(cost), [])).toMatchObject({ verdict: 'inconclusive', figures: null });
  });

  it('never passes what was not measured', () => {
    const nothing = rounds(around(100), undefined, { operations: 0 });
    expect(judgeRun(comparison(cost), nothing).verdict).toBe('inconclusive');
    const free = rounds(around(0));
    expect(judgeRun(comparison(cost), free).verdict).toBe('inconclusive');
    expect(judgeRun(comparison(cost, { subject: 'another' }), rounds(around(100))).verdict).toBe('inconclusive');
    expect(judgeRun(comparison(cost, { metric: 'p95' }), rounds(around(100))).verdict).toBe('inconclusive');
  });

  it('takes an allowance off the subject before it divides', () => {
    const late = (p95: number): Partial<Slice> => ({ latencyMs: { p50: 1, p95, p99: p95 } });
    const measured = Array.from({ length: 9 }, () => ({ ours: slice(1, late(3.5)), limit: slice(1, late(1)) }));
    const gate: Gate = { kind: 'cost', atMost: 3, allowance: 1 };
    expect(judgeRun(comparison(gate, { metric: 'p95' }), measured)).toMatchObject({ verdict: 'pass', figures: { ratio: 2.5 } });
  });

  it('without a limit is told, not judged', () => {
    expect(judgeRun(comparison(null, { kind: 'share' }), rounds(around(200)))).toMatchObject({ verdict: null, figures: { ratio: 0.5 } });
  });
});
