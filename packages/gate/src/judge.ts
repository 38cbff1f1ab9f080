// The one place where the policy's answer becomes a verdict. Whatever is not understood is a hold.
import { type PolicyReason, PolicyResult, type RolloutFacts, type Verdict } from '@promotable/contracts';
import { type PolicyEvaluator, rolloutEntrypoint } from './policy-engine.ts';

/** Why there is no verdict of the policy. */
export type JudgeFault = 'POLICY_FAILED' | 'UNKNOWN_SHAPE';

export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly PolicyReason[];
  readonly warnings: readonly PolicyReason[];
  /** Null where the verdict is the policy's own. */
  readonly fault: JudgeFault | null;
}

/** Evaluates the facts; never throws, and passes only what the policy says *and* its own reasons allow. */
export function judge(facts: RolloutFacts, engine: PolicyEvaluator): Judgement {
  let answer: unknown;
  try {
    answer = engine.evaluate(rolloutEntrypoint, facts);
  } catch {
    return held('POLICY_FAILED');
  }
  const parsed = PolicyResult.safeParse(answer);
  if (!parsed.success || parsed.data.verdict !== verdictOf(parsed.data.reasons)) return held('UNKNOWN_SHAPE');
  return { ...parsed.data, fault: null };
}

/** The algebra: any breach → fail, else any missing proof → hold, else pass. A verdict that its reasons do not bear out is not believed. */
export function verdictOf(reasons: readonly Pick<PolicyReason, 'class'>[]): Verdict {
  if (reasons.some((reason) => reason.class === 'breach' || reason.class === 'waivable_breach')) return 'fail';
  return reasons.some((reason) => reason.class === 'missing_proof') ? 'hold' : 'pass';
}

/** A hold that stands in for a verdict. */
export function held(code: string, params: PolicyReason['params'] = {}): Judgement & { readonly fault: JudgeFault } {
  return { verdict: 'hold', reasons: [{ code, class: 'missing_proof', params }], warnings: [], fault: code as JudgeFault };
}
