// The answer of the gate over HTTP: the recorded decision and fresh numbers beside it, or a hold that is on no record.
import type { GateAnswer, Measured, PolicyReason, Reason } from '@promotable/contracts';
import { modeOf, type ResolvedQuestion } from '../gate-question.ts';
import type { RecordedDecision } from './gate-store.ts';

export const answerSchema = 'https://promotable.dev/gate-answer/v1';

export interface AnswerFrame {
  readonly policy: GateAnswer['policy'];
  /** How often a gate asks, milliseconds. */
  readonly pollMs: number;
  /** Base URL of MC, for `explainUrl`; null = none is given. */
  readonly publicUrl: string | null;
}

/** The recorded decision as an answer. `reasons` are the fresh ones, read for an estimate of the wait only. */
export function recordedAnswer(
  { decision, bundle, heldSince }: RecordedDecision,
  fresh: { readonly measured: Measured | null; readonly reasons: readonly PolicyReason[] },
  frame: AnswerFrame,
): GateAnswer {
  const { subject, digests, verdict, reasons, warnings, id, revision, mode, validUntil, stageStartedAt } = decision;
  return {
    schema: answerSchema,
    verdict,
    release: subject.releaseId,
    stage: subject.stage ?? '',
    environment: subject.environment,
    digests,
    decisionId: id,
    revision,
    reasons,
    warnings,
    measured: fresh.measured,
    mode,
    policy: frame.policy,
    validUntil,
    stageStartedAt,
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
    retryAfterSeconds: verdict === 'hold' ? retryAfter(fresh.reasons, frame.pollMs) : null,
    explainUrl: frame.publicUrl === null ? null : `${frame.publicUrl}/v1/decisions/${id}`,
    bundle,
  };
}

/** What would be decided now: on no record and unsigned, so a client that acts on decisions can only hold on it. */
export function dryRunAnswer(
  question: ResolvedQuestion,
  would: Pick<GateAnswer, 'verdict' | 'reasons' | 'warnings' | 'measured'>,
  { frame, stageStartedAt }: { readonly frame: AnswerFrame; readonly stageStartedAt: number | null },
): GateAnswer {
  return {
    ...unrecordedHold(question, would.reasons, frame),
    ...would,
    mode: 'shadow',
    stageStartedAt: stageStartedAt === null ? null : new Date(stageStartedAt).toISOString(),
    retryAfterSeconds: would.verdict === 'hold' ? retryAfter(would.reasons, frame.pollMs) : null,
  };
}

/** A hold for want of an answer: on no record, unsigned, so a client can only hold on it. */
export function unrecordedHold(question: ResolvedQuestion, reasons: Reason[], { policy, pollMs }: AnswerFrame): GateAnswer {
  const { releaseId, stage, environment, digests } = question;
  const nothing = {
    decisionId: null,
    revision: null,
    measured: null,
    validUntil: null,
    stageStartedAt: null,
    heldSince: null,
    explainUrl: null,
    bundle: null,
  };
  return {
    schema: answerSchema,
    verdict: 'hold',
    release: releaseId,
    stage,
    environment,
    digests: [...digests],
    reasons,
    warnings: [],
    mode: modeOf(question),
    policy,
    retryAfterSeconds: Math.ceil(pollMs / 1000),
    ...nothing,
  };
}

/** The shortest estimate of the reasons, within 1 s and the usual poll: something else may change sooner. */
function retryAfter(reasons: readonly PolicyReason[], pollMs: number): number {
  const estimates = reasons.flatMap(({ params }) => (typeof params['etaSeconds'] === 'number' ? params['etaSeconds'] : []));
  return Math.max(1, Math.ceil(Math.min(pollMs / 1000, ...estimates)));
}
