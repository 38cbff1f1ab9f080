// Whether a trace is recorded follows from its id alone, so it can be known before anything is made for it: a span that the SDK makes only
// to be thrown away costs a server half as much as the answer to a hot read.
import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';
import type { EndedRequest } from './ended-span.ts';

/** Decides about traces that begin here. Satisfies the option `sampling` of the server kit. */
export interface HeadSampling {
  /** Whether a trace of this id (32 lowercase hex characters) is recorded where no caller has decided; the SDK decides the same. */
  isSampled(traceId: string): boolean;
  /** The first span made within `begin` has this id, and begins this trace if it has no parent. */
  withIds<T>(ids: { readonly traceId: string; readonly spanId: string }, begin: () => T): T;
  /** Delivers the span of a sampled request that is over and went well, for the instrumentation scope of that name. */
  record(scope: string, request: EndedRequest): void;
}

/** Where nobody traces. */
export const nothingSampled: HeadSampling = { isSampled: () => false, withIds: (_ids, begin) => begin(), record: () => undefined };

/** The caller's decision, else one by the ratio; and ids that a server may draw beforehand. */
export function headSampling(
  sdk: Pick<typeof import('@opentelemetry/sdk-trace'), 'ParentBasedSampler' | 'RandomIdGenerator' | 'SamplingDecision'>,
  ratio: number,
): { readonly sampling: Omit<HeadSampling, 'record'>; readonly sampler: Sampler; readonly idGenerator: IdGenerator } {
  const isSampled = byRandomPart(ratio);
  const random = new sdk.RandomIdGenerator();
  const given: { traceId: string | null; spanId: string | null } = { traceId: null, spanId: null };
  const taken = (which: keyof typeof given): string | null => {
    const id = given[which];
    given[which] = null;
    return id;
  };
  return {
    sampler: new sdk.ParentBasedSampler({
      root: {
        shouldSample: (_context, traceId) => ({
          decision: isSampled(traceId) ? sdk.SamplingDecision.RECORD_AND_SAMPLED : sdk.SamplingDecision.NOT_RECORD,
        }),
        toString: () => `ByRandomPart{${ratio}}`,
      },
    }),
    idGenerator: {
      generateTraceId: () => taken('traceId') ?? random.generateTraceId(),
      generateSpanId: () => taken('spanId') ?? random.generateSpanId(),
    },
    sampling: {
      isSampled,
      withIds({ traceId, spanId }, begin) {
        Object.assign(given, { traceId, spanId });
        try {
          return begin();
        } finally {
          Object.assign(given, { traceId: null, spanId: null });
        }
      },
    },
  };
}

/** Digits of a trace id that are random for sure: https://www.w3.org/TR/trace-context-2/#random-trace-id-flag */
const randomDigits = 14;

/**
 * The greatest `ratio` of all random parts, by the threshold of consistent sampling, so that it is kept wherever a smaller share would be:
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/. Texts of equal length compare as their numbers do, and need
 * not be read as numbers at each request.
 */
function byRandomPart(ratio: number): (traceId: string) => boolean {
  if (ratio >= 1) return () => true;
  const threshold = BigInt(Math.round((1 - ratio) * 2 ** 56))
    .toString(16)
    .padStart(randomDigits, '0');
  return (traceId) => traceId.slice(-randomDigits) >= threshold;
}
