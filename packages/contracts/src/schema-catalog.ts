import { DecisionPredicate, DecisionRecord, GateAnswer, GateQuestion } from './decision.ts';
import { ErrorBody } from './error-body.ts';
import { EvidencePredicate } from './evidence.ts';
import { EvidenceFacts, RolloutFacts } from './facts.ts';
import { Override } from './override.ts';
import { ProvenList } from './proven-list.ts';
import { PolicyResult, Reason } from './reason.ts';
import { Bundle, Statement } from './statement.ts';
import { Waiver } from './waiver.ts';

/** Every wire shape by the name of its JSON Schema file, `schemas/<name>.v1.json`. */
export const schemaCatalog = {
  statement: Statement,
  bundle: Bundle,
  evidence: EvidencePredicate,
  'rollout-facts': RolloutFacts,
  'evidence-facts': EvidenceFacts,
  reason: Reason,
  'policy-result': PolicyResult,
  decision: DecisionPredicate,
  'decision-record': DecisionRecord,
  'proven-list': ProvenList,
  override: Override,
  waiver: Waiver,
  'gate-question': GateQuestion,
  'gate-answer': GateAnswer,
  error: ErrorBody,
} as const;
