// The same facts through the record's own policy again: equal, or what is not.
import { canonicalize } from '@promotable/attest';
import type { DecisionPredicate, DecisionRecord, PolicyReason } from '@promotable/contracts';
import { checkFacts } from '../facts.ts';
import { judge } from '../judge.ts';
import type { PolicyEvaluator } from '../policy-engine.ts';
import type { OpenedRecord } from './open-record.ts';

/** A policy made from what a record carries; `digest` is computed from those bytes, never copied. */
export interface ReplayPolicy extends PolicyEvaluator {
  readonly digest: string;
}

/** Makes a policy run from the parts that a record carries. */
export type PolicyLoader = (policy: DecisionRecord['policy']) => Promise<ReplayPolicy>;

/** What came out otherwise. */
export type ReplayDifference = 'verdict' | 'reasons' | 'factsDigest' | 'policyDigest';

/** What came of making a decision again. */
export interface Replay {
  readonly replayed: 'equal' | 'different';
  readonly differences: readonly ReplayDifference[];
}

/** Compares RFC 8785 of {verdict, reasons[code, params], factsDigest, policyDigest}. Needs no network. */
export async function replay({ record, decision, facts }: OpenedRecord, loadPolicy: PolicyLoader): Promise<Replay> {
  const policy = await loadPolicy(record.policy);
  const checked = checkFacts(facts);
  const again = judge(checked.bytes, policy);
  const recorded = comparable(decision.verdict, decision.reasons, decision);
  const repeated = comparable(again.verdict, again.reasons, { factsDigest: checked.factsDigest, policyDigest: policy.digest });
  const differences = (Object.keys(recorded) as ReplayDifference[]).filter(
    (field) => canonicalize(recorded[field]) !== canonicalize(repeated[field]),
  );
  return { replayed: differences.length === 0 ? 'equal' : 'different', differences };
}

function comparable(
  verdict: string,
  reasons: readonly Pick<PolicyReason, 'code' | 'params'>[],
  { factsDigest, policyDigest }: Pick<DecisionPredicate, 'factsDigest' | 'policyDigest'>,
): Record<ReplayDifference, unknown> {
  return { verdict, reasons: reasons.map(({ code, params }) => ({ code, params })), factsDigest, policyDigest };
}
