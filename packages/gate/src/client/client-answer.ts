import type { GateAnswer } from '@promotable/contracts';
import { reasonOf } from '@promotable/policies';
import { exitCodeOf } from '../exit-code.ts';
import type { AnswerSource, ClientAnswer } from './gate-client-options.ts';
import type { Hold } from './hold.ts';
import type { VerifiedDecision } from './verify-decision.ts';

/** An answer that rests on a verified decision; without one it is MC's unsigned hold. */
export function clientAnswer(source: AnswerSource, answer: GateAnswer | null, verified: VerifiedDecision | null): ClientAnswer {
  const verdict = verified?.decision.verdict ?? 'hold';
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    source,
    reasons: verified?.decision.reasons ?? answer?.reasons ?? [],
    warnings: verified?.decision.warnings ?? answer?.warnings ?? [],
    decision: verified?.decision ?? null,
    bundle: verified?.bundle ?? null,
    answer,
    retryAfterSeconds: answer?.retryAfterSeconds ?? null,
  };
}

/** This client's own hold. */
export function holdAnswer({ reason }: Hold): ClientAnswer {
  const nothing = { warnings: [], decision: null, bundle: null, answer: null, retryAfterSeconds: null };
  return { verdict: 'hold', exitCode: exitCodeOf('hold'), source: 'client', reasons: [reasonOf(reason.code, reason.params)], ...nothing };
}
