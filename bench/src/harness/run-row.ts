// A row: up to three independent runs, each with new processes; two of three decide.
import { isCodedError } from '@promotable/contracts';
import type { BenchErrorCode } from '../bench-error.ts';
import { median } from '../statistics/statistics.ts';
import { type Cause, judgeRun, type RunResult, type Verdict } from './judge-run.ts';
import { measureRounds } from './measure-rounds.ts';
import type { Comparison, Row, RowContext } from './row.ts';
import type { Round, Variant } from './variant.ts';
import { closeAll } from './worker-variant.ts';

export interface RowResult {
  readonly name: string;
  readonly row: string;
  readonly comparison: Comparison;
  /** Median of the runs' ratios; null where no run gave one. */
  readonly ratio: number | null;
  readonly verdict: Verdict | null;
  /** Why it is inconclusive, each cause once. */
  readonly causes: readonly Cause[];
  readonly runs: readonly RunResult[];
}

export interface RunOptions {
  /** Overrides the row's. */
  readonly rounds?: number;
  /** Overrides the row's, milliseconds. */
  readonly sliceMs?: number;
  /** @default 3 */
  readonly maxRuns?: number;
}

/** The judge is passed in so that a blind one can be shown to be found out. */
export type Judge = typeof judgeRun;

export async function runRow(row: Row, context: RowContext, options: RunOptions = {}, judge: Judge = judgeRun): Promise<RowResult[]> {
  const runs = new Map<Comparison, RunResult[]>(row.comparisons.map((comparison) => [comparison, []]));
  const maxRuns = options.maxRuns ?? 3;
  for (let run = 1; run <= maxRuns && [...runs].some(([comparison, results]) => !isDecided(comparison, results)); run++) {
    context.say(`${row.name}: run ${run}`);
    for (const [comparison, result] of await oneRun(row, context, options, judge)) runs.get(comparison)?.push(result);
    context.signal.throwIfAborted();
  }
  return [...runs].map(([comparison, results]) => resultOf(row, comparison, results));
}

async function oneRun(row: Row, context: RowContext, options: RunOptions, judge: Judge): Promise<(readonly [Comparison, RunResult])[]> {
  const sliceMs = options.sliceMs ?? row.sliceMs;
  let variants: readonly Variant[] = [];
  try {
    variants = await row.start(context);
    const settings = row.leastUtilisation === undefined ? {} : { leastUtilisation: row.leastUtilisation };
    const planned = options.rounds ?? row.rounds ?? 9;
    // What other work disturbed is measured again, so that as many rounds count as were planned.
    const isEnough = (measured: readonly Round[]): boolean =>
      row.comparisons.every((comparison) => (judgeRun(comparison, measured, settings).figures?.rounds ?? planned) >= planned);
    const rounds = await measureRounds(
      variants,
      { rounds: planned, isEnough, sliceMs, warmUpMs: Math.max(500, 2 * sliceMs) },
      context.signal,
    );
    return row.comparisons.map((comparison) => [comparison, judge(comparison, rounds, settings)]);
  } catch (error) {
    context.signal.throwIfAborted();
    const result = failedRun(error);
    return row.comparisons.map((comparison) => [comparison, result]);
  } finally {
    await closeAll(variants);
  }
}

/** Variants that do different work are a fault of ours; what could not be started says nothing. */
function failedRun(error: unknown): RunResult {
  if (!isCodedError(error)) throw error;
  const code = error.code as BenchErrorCode;
  if (code !== 'UNAVAILABLE' && code !== 'ANSWERS_DIFFER' && code !== 'VARIANT_FAILED') throw error;
  return { verdict: code === 'ANSWERS_DIFFER' ? 'fail' : 'inconclusive', causes: [{ code, detail: error.message }], figures: null };
}

/** A row without gate is told after one run. */
function isDecided({ gate }: Comparison, results: readonly RunResult[]): boolean {
  if (gate === null) return results.length > 0;
  return (['pass', 'fail'] as const).some((verdict) => results.filter((result) => result.verdict === verdict).length >= 2);
}

function resultOf(row: Row, comparison: Comparison, runs: readonly RunResult[]): RowResult {
  const ratios = runs.flatMap(({ figures }) => (figures === null ? [] : [figures.ratio]));
  const verdict = outcome(comparison, runs);
  const causes = new Map(runs.flatMap((run) => run.causes.map((cause) => [cause.code, cause] as const)));
  return {
    name: comparison.name,
    row: row.name,
    comparison,
    ratio: ratios.length === 0 ? null : median(ratios),
    verdict,
    causes: verdict === 'pass' ? [] : [...causes.values()],
    runs,
  };
}

function outcome({ gate }: Comparison, runs: readonly RunResult[]): Verdict | null {
  if (gate === null) return runs.some(({ verdict }) => verdict === 'fail') ? 'fail' : (runs[0]?.verdict ?? null);
  const count = (verdict: Verdict): number => runs.filter((run) => run.verdict === verdict).length;
  if (count('pass') >= 2) return 'pass';
  return count('fail') >= 2 ? 'fail' : 'inconclusive';
}
