import type { Bundle, GateAnswer, Override } from '@promotable/contracts';
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
    override: verified?.decision.override ?? null,
    answer,
    retryAfterSeconds: answer?.retryAfterSeconds ?? null,
  };
}

/** This client's own hold. */
export function holdAnswer({ reason }: Hold): ClientAnswer {
  return {
    ...{ verdict: 'hold', exitCode: exitCodeOf('hold'), source: 'client', ...nothing },
    reasons: [reasonOf(reason.code, reason.params)],
    warnings: [],
  };
}

/** Going back without MC to what a signed list names as proven: why MC was not heard stays as a warning. */
export function provenAnswer({ reason }: Hold, digests: readonly string[], bundle: Bundle): ClientAnswer {
  return {
    ...{ verdict: 'pass', exitCode: exitCodeOf('pass'), source: 'proven', ...nothing },
    reasons: [],
    warnings: [reasonOf('ROLLBACK_TO_PROVEN', { digests: [...digests] }), reasonOf(reason.code, reason.params)],
    bundle,
  };
}

/** Going on without MC by a signed override: why MC was not heard stays as a warning. */
export function overriddenAnswer({ reason }: Hold, { id }: Override): ClientAnswer {
  return {
    ...{ verdict: 'pass', exitCode: exitCodeOf('pass'), source: 'override', ...nothing },
    reasons: [],
    warnings: [reasonOf(reason.code, reason.params)],
    override: id,
  };
}

const nothing = { decision: null, bundle: null, override: null, answer: null, retryAfterSeconds: null };
