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

/** Largest spread of the baseline over the rounds. */
const steadiness = 0.3;
/** The interval for the median reaches 95 % with six rounds. */
const fewestRounds = 6;

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
  const voidRounds = rounds.length - sound.length;
  if (busy.length < pairs.length && sound.length < Math.max(fewestRounds, (rounds.length * 2) / 3)) {
    causes.push({
      code: 'NOT_SATURATED',
      detail: `a variant had work for less than ${least} of a core in ${pairs.length - busy.length} of ${pairs.length} rounds`,
    });
  } else if (sound.length < Math.max(fewestRounds, (rounds.length * 2) / 3)) {
    causes.push({ code: 'TOO_FEW_ROUNDS', detail: `${sound.length} rounds of ${rounds.length} count, ${fewestRounds} are needed` });
  }
  if (sound.length === 0) return { verdict: gate === null ? null : 'inconclusive', causes, figures: null };

  const figures = figuresOf(comparison, sound, voidRounds);
  if (figures.baseline.spread > steadiness)
    causes.push({
      code: 'BASELINE_UNSTEADY',
      detail: `the baseline varied by ${Math.round(figures.baseline.spread * 100)} % over the rounds`,
    });
  const verdict = gate === null ? null : verdictOf(figures.interval, gate);
  if (verdict === 'inconclusive' && gate !== null) {
    const { low, high } = figures.interval;
    causes.push({ code: 'STRADDLES_GATE', detail: `the interval ${low.toFixed(3)} … ${high.toFixed(3)} holds the limit ${limitOf(gate)}` });
  }
  return { verdict: verdict !== null && causes.length > 0 ? 'inconclusive' : verdict, causes, figures };
}

function figuresOf({ gate, kind, metric }: Comparison, pairs: readonly { subject: Slice; baseline: Slice }[], voidRounds: number): Figures {
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
