// What Prometheus answers: checked whole, never read in part.
import { type Fault, faultsOf } from '@promotable/contracts';
import { z } from 'zod';
import { TelemetryError } from '../errors.ts';

const Labels = z.record(z.string(), z.string());
/** Numbers are written as text, `NaN`, `+Inf` and `-Inf` among them. */
const Numeral = z.string().transform((text, context) => {
  const value = /^[+-]Inf$/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : text === 'NaN' ? Number.NaN : Number(text);
  if (text.trim() === '' || (Number.isNaN(value) && text !== 'NaN')) context.addIssue({ code: 'custom', message: 'is no number' });
  return value;
});
const Time = z.number().transform((seconds) => Math.round(seconds * 1000));
const Sample = z.tuple([Time, Numeral]);
/** A native histogram; of each bucket `[boundary rule, lower bound, upper bound, count]`. */
export const NativeHistogram = z.object({
  count: Numeral,
  sum: Numeral,
  buckets: z.array(z.tuple([z.number(), Numeral, Numeral, Numeral])).default([]),
});
const HistogramSample = z.tuple([Time, NativeHistogram]);

const Vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: Labels, value: Sample.optional(), histogram: HistogramSample.optional() })),
});
const Matrix = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: Labels, values: z.array(Sample).default([]), histograms: z.array(HistogramSample).default([]) })),
});
const Envelope = z.object({ status: z.literal('success'), data: z.unknown(), warnings: z.array(z.string()).default([]) });

/** A native histogram at one moment. */
export type NativeHistogram = z.infer<typeof NativeHistogram>;

/** A number or a native histogram, and the moment it is of, milliseconds since the Unix epoch. */
export interface Reading {
  readonly atMs: number;
  /** May be `NaN` or infinite; null where it is a histogram. */
  readonly value: number | null;
  /** Null where it is a number. */
  readonly histogram: NativeHistogram | null;
}

/** One element of an instant vector. */
export interface VectorSample extends Reading {
  readonly labels: Readonly<Record<string, string>>;
}

/** One series of a range, oldest reading first. */
export interface MatrixSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly readings: readonly Reading[];
}

/** @throws {TelemetryError} `PROMETHEUS_ANSWER_INVALID`, `PROMETHEUS_WARNED` */
export function readVector(text: unknown): readonly VectorSample[] {
  return checked(Vector, dataOf(text), '/data').result.map(({ metric, value, histogram }) => ({
    labels: metric,
    ...(histogram === undefined ? numberReading(value) : histogramReading(histogram)),
  }));
}

/** @throws {TelemetryError} `PROMETHEUS_ANSWER_INVALID`, `PROMETHEUS_WARNED` */
export function readMatrix(text: unknown): readonly MatrixSeries[] {
  return checked(Matrix, dataOf(text), '/data').result.map(({ metric, values, histograms }) => ({
    labels: metric,
    readings: [...values.map(numberReading), ...histograms.map(histogramReading)].sort((a, b) => a.atMs - b.atMs),
  }));
}

function numberReading(sample: readonly [number, number] | undefined): Reading {
  if (sample === undefined) throw invalid([{ path: '/data/result', code: 'missing', message: 'must have a value or a histogram' }]);
  return { atMs: sample[0], value: sample[1], histogram: null };
}

function histogramReading([atMs, histogram]: readonly [number, NativeHistogram]): Reading {
  return { atMs, value: null, histogram };
}

function dataOf(text: unknown): unknown {
  const { data, warnings } = checked(Envelope, parsed(text), '');
  // "Some stores did not answer": a part of the truth looks like less traffic and fewer errors.
  if (warnings.length > 0)
    throw new TelemetryError('PROMETHEUS_WARNED', `Prometheus warned, its answer may be partial: ${warnings.join('; ').slice(0, 300)}`, {
      retryable: true,
      status: 503,
    });
  return data;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    throw new TelemetryError('PROMETHEUS_ANSWER_INVALID', 'Prometheus answered something that is no JSON; is a proxy in between?', {
      cause,
      status: 502,
    });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(faultsOf(result.error).map((fault) => ({ ...fault, path: `${path}${fault.path}` })));
}

function invalid(faults: readonly Fault[]): TelemetryError {
  const [first] = faults;
  const text = `Prometheus answered something else than was asked for: ${first?.path ?? ''} ${first?.message ?? ''}`;
  return new TelemetryError('PROMETHEUS_ANSWER_INVALID', text, { faults: faults.slice(0, 20), status: 502 });
}
