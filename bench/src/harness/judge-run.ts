// From the slices of one run to a verdict. Whatever is doubtful is inconclusive, and says why.
import { type Interval, median, medianInterval, type SignTest, signTest, spread } from '../statistics/statistics.ts';
import type { Comparison, Gate, Metric } from './row.ts';
import type { Round, Slice } from './variant.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export type CauseCode =
  | 'ERRORS'
  | 'NOT_SATURATED'
  | 'TOO_FEW_ROUNDS'
  | 'BASELINE_UNSTEADY'
  | 'STRADDLES_GATE'
  | 'UNAVAILABLE'
  | 'VARIANT_FAILED'
  | 'ANSWERS_DIFFER';

export interface Cause {
  readonly code: CauseCode;
  readonly detail: string;
}

export interface Measured {
  /** Median over the rounds: µs per operation for `cpu` and `wall`, ms for `p50` and `p95`. */
  readonly median: number;
  /** (greatest − smallest) ÷ median. */
  readonly spread: number;
}

export interface RunResult {
  /** Null: told, not judged. */
  readonly verdict: Verdict | null;
  readonly causes: readonly Cause[];
  /** Absent where nothing could be measured. */
  readonly figures: Figures | null;
}

export interface Figures {
  /** Median of the ratios of each round. */
  readonly ratio: number;
  readonly min: number;
  readonly max: number;
  readonly interval: Interval;
  /** Against 1: equally costly. */
  readonly signTest: SignTest;
  /** Rounds that count, and rounds that do not. */
  readonly rounds: number;
  readonly voidRounds: number;
  readonly subject: Measured;
  readonly baseline: Measured;
}

export interface JudgeOptions {
  /** Rounds in which a variant had work for less of a core do not count. @default none */
  readonly leastUtilisation?: number;
}

/** How far above its least the baseline may lie in a round that counts. */
const steadiness = 0.3;
/** The interval for the median reaches 95 % with six rounds. */
const fewestRounds = 6;

/** What a comparison compares, in one round. */
interface Pair {
  readonly subject: Slice;
  readonly baseline: Slice;
}

export function judgeRun(comparison: Comparison, rounds: readonly Round[], options: JudgeOptions = {}): RunResult {
  const { subject, baseline, metric, gate } = comparison;
  const causes: Cause[] = [];
  const pairs = rounds.flatMap((round) => {
    const pair = { subject: round[subject], baseline: round[baseline] };
    return pair.subject === undefined || pair.baseline === undefined ? [] : [{ subject: pair.subject, baseline: pair.baseline }];
  });

  const slices = pairs.flatMap((pair) => [pair.subject, pair.baseline]);
  const errors = slices.reduce((sum, slice) => sum + slice.errors, 0);
  if (errors > 0)
    causes.push({ code: 'ERRORS', detail: `${errors} wrong answers, first: ${slices.find(({ fault }) => fault)?.fault ?? 'unknown'}` });

  const least = options.leastUtilisation ?? 0;
  const busy = pairs.filter((pair) => utilisation(pair.subject) >= least && utilisation(pair.baseline) >= least);
  const sound = busy.filter((pair) => isMeasured(amountOf(pair.subject, metric)) && isMeasured(amountOf(pair.baseline, metric)));
  if (busy.length < pairs.length && sound.length < Math.max(fewestRounds, (rounds.length * 2) / 3)) {
    causes.push({
      code: 'NOT_SATURATED',
      detail: `a variant had work for less than ${least} of a core in ${pairs.length - busy.length} of ${pairs.length} rounds`,
    });
  } else if (sound.length < Math.max(fewestRounds, (rounds.length * 2) / 3)) {
    causes.push({ code: 'TOO_FEW_ROUNDS', detail: `${sound.length} rounds of ${rounds.length} count, ${fewestRounds} are needed` });
  }
  if (sound.length === 0) return { verdict: gate === null ? null : 'inconclusive', causes, figures: null };

  const quiet = undisturbed(sound, metric);
  if (quiet.length < sound.length && quiet.length < Math.max(fewestRounds, sound.length / 2))
    causes.push({
      code: 'BASELINE_UNSTEADY',
      detail: `the baseline lay more than ${steadiness * 100} % above its least in ${sound.length - quiet.length} of ${sound.length} rounds`,
    });
  const figures = figuresOf(comparison, quiet, rounds.length - quiet.length);
  const verdict = gate === null ? null : verdictOf(figures.interval, gate);
  if (verdict === 'inconclusive' && gate !== null) {
    const { low, high } = figures.interval;
    causes.push({ code: 'STRADDLES_GATE', detail: `the interval ${low.toFixed(3)} … ${high.toFixed(3)} holds the limit ${limitOf(gate)}` });
  }
  return { verdict: verdict !== null && causes.length > 0 ? 'inconclusive' : verdict, causes, figures };
}

/**
 * Rounds in which the machine was fit to measure on, told by the baseline alone: where it lies far above its least, something else took the
 * machine. Those left are the ones with a cheap baseline, so that what this does to a ratio is to the subject's disadvantage.
 */
function undisturbed(pairs: readonly Pair[], metric: Metric): Pair[] {
  const least = Math.min(...pairs.map((pair) => amountOf(pair.baseline, metric) as number));
  return pairs.filter((pair) => (amountOf(pair.baseline, metric) as number) <= least * (1 + steadiness));
}

function figuresOf({ gate, kind, metric }: Comparison, pairs: readonly Pair[], voidRounds: number): Figures {
  const subjects = pairs.map((pair) => amountOf(pair.subject, metric) as number);
  const baselines = pairs.map((pair) => amountOf(pair.baseline, metric) as number);
  const isShare = (gate?.kind ?? kind) === 'share';
  const allowance = gate?.kind === 'cost' ? (gate.allowance ?? 0) : 0;
  const ratios = subjects.map((subject, index) => {
    const baseline = baselines[index] as number;
    return isShare ? baseline / subject : Math.max(0, subject - allowance) / baseline;
  });
  return {
    ratio: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    interval: medianInterval(ratios),
    signTest: signTest(ratios),
    rounds: pairs.length,
    voidRounds,
    subject: { median: median(subjects), spread: spread(subjects) },
    baseline: { median: median(baselines), spread: spread(baselines) },
  };
}

function verdictOf({ low, high }: Interval, gate: Gate): Verdict {
  const [good, bad] = gate.kind === 'cost' ? [high <= gate.atMost, low > gate.atMost] : [low >= gate.atLeast, high < gate.atLeast];
  return good ? 'pass' : bad ? 'fail' : 'inconclusive';
}

export function limitOf(gate: Gate): number {
  return gate.kind === 'cost' ? gate.atMost : gate.atLeast;
}

/** µs per operation, or ms of latency; undefined where the slice does not tell. */
function amountOf(slice: Slice, metric: Metric): number | undefined {
  if (metric === 'p50' || metric === 'p95') return slice.latencyMs?.[metric];
  return ((metric === 'cpu' ? slice.cpuMs : slice.wallMs) * 1000) / slice.operations;
}

function isMeasured(value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value) && value > 0;
}

/** Share of the time in which it ran or was kept from running: the rest it had nothing to do. */
function utilisation({ cpuMs, wallMs, waitedMs = 0 }: Slice): number {
  return (cpuMs + waitedMs) / wallMs;
}
