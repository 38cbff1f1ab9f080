// What a rollout controller reads: one verdict, and enough beside it for a person who looks at the measurement.
import type { GateQuestion, Reason, Verdict } from '@promotable/contracts';
import type { AnswerSource, ClientAnswer } from '../client/gate-client-options.ts';

/** Name of the answer's shape. */
export const adapterAnswerSchema = 'https://promotable.dev/gate-adapter-answer/v1';

/** The answer of the adapter, always HTTP 200 for a question without faults. A controller keeps it whole, so it is small: the signed decision stays here. */
export interface AdapterAnswer {
  readonly schema: typeof adapterAnswerSchema;
  readonly verdict: Verdict;
  /** The question, so that a condition can bind the answer to it. */
  readonly service: string;
  readonly release: string;
  readonly environment: string;
  readonly stage: string;
  readonly podTemplateHash: string | null;
  readonly source: AnswerSource;
  readonly reasons: readonly AdapterReason[];
  readonly warnings: readonly AdapterReason[];
  readonly decisionId: string | null;
  readonly revision: number | null;
  /** Id of the override that took part. */
  readonly override: string | null;
  readonly validUntil: string | null;
  /** Since when this adapter has held the question, RFC 3339. */
  readonly heldSince: string | null;
  readonly retryAfterSeconds: number | null;
  readonly explainUrl: string | null;
  readonly traceId: string | null;
}

/** A reason without its parameters, which its message holds. */
export type AdapterReason = Pick<Reason, 'code' | 'class' | 'message' | 'fix'>;

export interface AnswerContext {
  /** Milliseconds since the Unix epoch; null where it is not held. */
  readonly heldSince: number | null;
  readonly traceId: string | null;
}

export function adapterAnswer(question: GateQuestion, answer: ClientAnswer, { heldSince, traceId }: AnswerContext): AdapterAnswer {
  const { verdict, source, reasons, warnings, decision, override, retryAfterSeconds } = answer;
  return {
    schema: adapterAnswerSchema,
    verdict,
    service: question.service,
    release: question.releaseId,
    environment: question.environment,
    stage: question.stage,
    podTemplateHash: question.podTemplateHash ?? null,
    source,
    reasons: reasons.map(brief),
    warnings: warnings.map(brief),
    decisionId: decision?.id ?? null,
    revision: decision?.revision ?? null,
    override,
    validUntil: decision?.validUntil ?? null,
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
    retryAfterSeconds,
    explainUrl: answer.answer?.explainUrl ?? null,
    traceId,
  };
}

function brief({ code, class: kind, message, fix }: Reason): AdapterReason {
  return { code, class: kind, message, fix };
}
