// The ports to whatever evaluates and explains policies; `@promotable/policies` provides both.
import type { PolicyReason, Reason, RolloutFacts } from '@promotable/contracts';

/** The entrypoint that decides rollouts. */
export const rolloutEntrypoint = 'promotable/rollout/decision';

/** Answers whatever the policy answers; `judge` believes only a known shape. May throw. */
export interface PolicyEvaluator {
  /** @param facts as they are, or as the UTF-8 of their JSON */
  evaluate(entrypoint: string, facts: RolloutFacts | Uint8Array): unknown;
}

/** Puts a reason into words, from the policy's METADATA. */
export type ReasonRenderer = (reason: PolicyReason) => Reason;
