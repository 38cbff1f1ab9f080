import { describe, expect, it } from 'vitest';
import { BenchError } from '../bench-error.ts';
import type { RunResult, Verdict } from './judge-run.ts';
import { measureRounds } from './measure-rounds.ts';
import type { Row, RowContext } from './row.ts';
import { runRow } from './run-row.ts';
import type { Variant } from './variant.ts';

const context: RowContext = {
  root: '/',
  placement: { isPinned: false, reason: 'a test', at: (_place, argv) => argv },
  signal: new AbortController().signal,
  say: () => undefined,
  peers: async () => '/',
};

function fakes(log: string[]): Variant[] {
  return ['ours', 'limit'].map((name) => ({
    name,
    warmUp: async () => void log.push(`warm ${name}`),
    measure: async () => {
      log.push(name);
      return { operations: 1000, cpuMs: 100, wallMs: 100, errors: 0 };
    },
    close: async () => void log.push(`close ${name}`),
  }));
}

function rowOf(changes: Partial<Row> = {}, log: string[] = []): Row {
  return {
    name: 'row',
    title: 'a row',
    set: 'quick',
    sliceMs: 1,
    comparisons: [{ name: 'line', subject: 'ours', baseline: 'limit', metric: 'cpu', gate: { kind: 'cost', atMost: 1.5 } }],
    start: async () => fakes(log),
    ...changes,
  };
}

/** A judge that says these verdicts, one per run. */
const saying = (...verdicts: readonly (Verdict | null)[]) => {
  const left = [...verdicts];
  return (): RunResult => ({ verdict: left.shift() ?? null, causes: [], figures: null });
};

describe('a row', () => {
  it.each<[Verdict[], Verdict, number]>([
    [['pass', 'pass'], 'pass', 2],
    [['fail', 'fail'], 'fail', 2],
    [['fail', 'pass', 'pass'], 'pass', 3],
    [['pass', 'fail', 'fail'], 'fail', 3],
    [['pass', 'inconclusive', 'pass'], 'pass', 3],
    [['pass', 'inconclusive', 'inconclusive'], 'inconclusive', 3],
    [['pass', 'fail', 'inconclusive'], 'inconclusive', 3],
    [['inconclusive', 'inconclusive', 'pass'], 'inconclusive', 3],
  ])('whose runs say %j is %s after %i runs', async (verdicts, expected, runs) => {
    const [result] = await runRow(rowOf(), context, {}, saying(...verdicts));
    expect([result?.verdict, result?.runs.length]).toEqual([expected, runs]);
  });

  it('gives every variant a slice in each round, beginning with another one, and ends them all', async () => {
    const log: string[] = [];
    await runRow(rowOf({ rounds: 3 }, log), context, { maxRuns: 1 });
    expect(log).toEqual(['warm ours', 'warm limit', 'ours', 'limit', 'limit', 'ours', 'ours', 'limit', 'close ours', 'close limit']);
  });

  it('measures again what other work disturbed, up to twice as many rounds', async () => {
    const runs = async (baselines: readonly number[]) => {
      const left = [...baselines];
      const start = async (): Promise<Variant[]> =>
        fakes([]).map((variant) => ({
          ...variant,
          measure: async () => ({
            operations: 1000,
            cpuMs: variant.name === 'limit' ? (left.shift() ?? 100) : 100,
            wallMs: 100,
            errors: 0,
          }),
        }));
      const [result] = await runRow(rowOf({ start, rounds: 6 }), context, { maxRuns: 1 });
      return result?.runs[0];
    };
    expect(await runs([100, 140, 100])).toMatchObject({ verdict: 'pass', figures: { rounds: 6, voidRounds: 1 } });
    const noisy = Array.from({ length: 12 }, (_, round) => (round % 3 === 0 ? 100 : 200));
    expect(await runs(noisy)).toMatchObject({
      verdict: 'inconclusive',
      causes: [{ code: 'BASELINE_UNSTEADY', detail: 'the baseline lay more than 30 % above its least in 8 of 12 rounds' }],
    });
  });

  it('without a limit is run once', async () => {
    const comparisons = [{ name: 'line', subject: 'ours', baseline: 'limit', metric: 'cpu' as const, gate: null }];
    expect(await runRow(rowOf({ comparisons }), context)).toMatchObject([{ verdict: null, ratio: 1, runs: [{}] }]);
  });

  it.each([
    ['UNAVAILABLE', 'inconclusive'],
    ['VARIANT_FAILED', 'inconclusive'],
    ['ANSWERS_DIFFER', 'fail'],
  ] as const)('that cannot start with %s is %s and names the cause', async (code, verdict) => {
    const start = async () => Promise.reject(new BenchError(code, 'it is so'));
    expect(await runRow(rowOf({ start }), context)).toMatchObject([{ verdict, ratio: null, causes: [{ code, detail: 'it is so' }] }]);
  });

  it('ends its variants when one of them fails', async () => {
    const log: string[] = [];
    const start = async () =>
      fakes(log).map((variant) => ({ ...variant, measure: async () => Promise.reject(new BenchError('VARIANT_FAILED', 'gone')) }));
    expect(await runRow(rowOf({ start }), context, { maxRuns: 1 })).toMatchObject([{ verdict: 'inconclusive' }]);
    expect(log).toContain('close ours');
  });

  it('passes a fault of the harness itself on', async () => {
    const start = async () => Promise.reject(new TypeError('a bug'));
    await expect(runRow(rowOf({ start }), context)).rejects.toThrow('a bug');
  });
});

it('rounds end when the run is stopped', async () => {
  const abort = new AbortController();
  abort.abort(new Error('stopped'));
  await expect(measureRounds(fakes([]), { rounds: 2, sliceMs: 1, warmUpMs: 1 }, abort.signal)).rejects.toThrow('stopped');
});
