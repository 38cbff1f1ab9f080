// The one place where the policy's answer becomes a verdict. Whatever is not understood is a hold.
import { isCodedError, type PolicyReason, PolicyResult, type RolloutFacts, type Verdict } from '@promotable/contracts';
import { type PolicyEvaluator, rolloutEntrypoint } from './policy-engine.ts';

/** What the policy says of facts. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly PolicyReason[];
  readonly warnings: readonly PolicyReason[];
  /** False for a hold that stands in for a verdict: the policy gave none. */
  readonly isPolicys: boolean;
}

/** Evaluates the facts, given as they are or as the UTF-8 of their JSON; never throws, and passes only what the policy says *and* its own reasons allow. */
export function judge(facts: RolloutFacts | Uint8Array, engine: PolicyEvaluator): Judgement {
  let answer: unknown;
  try {
    answer = engine.evaluate(rolloutEntrypoint, facts);
  } catch (error) {
    return failed(isCodedError(error) ? error.message : 'the engine threw');
  }
  const parsed = PolicyResult.safeParse(answer);
  if (!parsed.success) return failed('its result has an unknown shape');
  if (parsed.data.verdict !== verdictOf(parsed.data.reasons)) return failed('its verdict contradicts its reasons');
  return { ...parsed.data, isPolicys: true };
}

/** The algebra: any breach → fail, else any missing proof → hold, else pass. A verdict that its reasons do not bear out is not believed. */
export function verdictOf(reasons: readonly Pick<PolicyReason, 'class'>[]): Verdict {
  if (reasons.some((reason) => reason.class === 'breach' || reason.class === 'waivable_breach')) return 'fail';
  return reasons.some((reason) => reason.class === 'missing_proof') ? 'hold' : 'pass';
}

function failed(cause: string): Judgement {
  return {
    verdict: 'hold',
    reasons: [{ code: 'POLICY_FAILED', class: 'missing_proof', params: { cause } }],
    warnings: [],
    isPolicys: false,
  };
}
