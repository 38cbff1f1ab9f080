// Whether a trace is recorded follows from its id alone, so it can be known before anything is made for it: a span that the SDK makes only
// to be thrown away costs a server half as much as the answer to a hot read.
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';

/** Decides about traces that begin here. Satisfies the option `sampling` of the server kit. */
export interface HeadSampling {
  /** Whether a trace of this id (32 lowercase hex characters) is recorded where no caller has decided; the SDK decides the same. */
  isSampled(traceId: string): boolean;
  /** The first span made within `begin` has this id, and begins this trace if it has no parent. */
  withIds<T>(ids: { readonly traceId: string; readonly spanId: string }, begin: () => T): T;
}

/** Where nobody traces. */
export const nothingSampled: HeadSampling = { isSampled: () => false, withIds: (_ids, begin) => begin() };

/** The caller's decision, else one by the ratio; and ids that a server may draw beforehand. */
export function headSampling(
  sdk: Pick<
    typeof import('@opentelemetry/sdk-trace'),
    'ParentBasedSampler' | 'RandomIdGenerator' | 'SamplingDecision' | 'TraceIdRatioBasedSampler'
  >,
  ratio: number,
): { readonly sampling: HeadSampling; readonly sampler: Sampler; readonly idGenerator: IdGenerator } {
  const byRatio = new sdk.TraceIdRatioBasedSampler(ratio);
  const random = new sdk.RandomIdGenerator();
  const given: { traceId: string | null; spanId: string | null } = { traceId: null, spanId: null };
  const taken = (which: keyof typeof given): string | null => {
    const id = given[which];
    given[which] = null;
    return id;
  };
  return {
    sampler: new sdk.ParentBasedSampler({ root: byRatio }),
    idGenerator: {
      generateTraceId: () => taken('traceId') ?? random.generateTraceId(),
      generateSpanId: () => taken('spanId') ?? random.generateSpanId(),
    },
    sampling: {
      isSampled: (traceId) => byRatio.shouldSample(ROOT_CONTEXT, traceId).decision === sdk.SamplingDecision.RECORD_AND_SAMPLED,
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
