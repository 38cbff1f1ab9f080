// From a judgement to the decision that would be recorded. Pure; signs and stores nothing.
import type { DecisionKind, DecisionPredicate, ExceptionFact, RolloutFacts } from '@promotable/contracts';
import { countingEvidence } from '../facts.ts';
import { fingerprint } from '../fingerprint.ts';
import { modeOf, type ResolvedQuestion } from '../gate-question.ts';
import type { Judgement } from '../judge.ts';
import type { ReasonRenderer } from '../policy-engine.ts';

export interface DecisionDraft {
  readonly kind: DecisionKind;
  readonly override: string | null;
  /** Counting statement digests, sorted. */
  readonly evidence: readonly string[];
  readonly fingerprint: string;
}

export interface DecisionContext {
  readonly id: string;
  readonly epoch: string;
  readonly revision: number;
  readonly factsDigest: string;
  readonly policyDigest: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly stageStartedAt: number;
  /** How long a pass is valid, milliseconds. */
  readonly passValidMs: number;
  readonly traceId: string | null;
}

/** What tells this decision from another. */
export function draftOf(question: ResolvedQuestion, facts: RolloutFacts, judgement: Judgement, policyDigest: string): DecisionDraft {
  const kind: DecisionKind =
    judgement.verdict === 'pass' && judgement.warnings.some(({ code }) => code === 'ROLLBACK_TO_PROVEN') ? 'rollback' : 'rollout';
  const override = usedExceptions(facts, judgement).find(({ kind }) => kind !== 'waiver')?.id ?? null;
  const evidence = countingEvidence(facts);
  return { kind, override, evidence, fingerprint: fingerprint({ question, kind, judgement, policyDigest, override, evidence }) };
}

export function decisionOf(
  question: ResolvedQuestion,
  facts: RolloutFacts,
  judgement: Judgement,
  draft: DecisionDraft,
  context: DecisionContext,
  render: ReasonRenderer,
): DecisionPredicate {
  const { tenant, service, releaseId, environment, stage, podTemplateHash, digests } = question;
  const { id, epoch, revision, factsDigest, policyDigest, now, stageStartedAt, traceId } = context;
  return {
    id,
    subject: { tenant, service, releaseId, environment, kind: draft.kind, stage },
    podTemplateHash,
    digests: [...digests],
    verdict: judgement.verdict,
    reasons: judgement.reasons.map(render),
    warnings: judgement.warnings.map(render),
    evidence: [...draft.evidence],
    factsDigest,
    policyDigest,
    mode: modeOf(question),
    override: draft.override,
    epoch,
    revision,
    stageStartedAt: new Date(stageStartedAt).toISOString(),
    evaluatedAt: new Date(now).toISOString(),
    validUntil: judgement.verdict === 'pass' ? new Date(now + passValidMs(facts, judgement, context.passValidMs)).toISOString() : null,
    traceId,
  };
}

/** A pass that needs an exception does not outlive it. */
function passValidMs(facts: RolloutFacts, judgement: Judgement, longest: number): number {
  return Math.min(longest, ...usedExceptions(facts, judgement).map(({ expiresInMs }) => expiresInMs));
}

/** Exceptions that turned a reason into a warning, as the policy says itself. */
function usedExceptions({ exceptions }: RolloutFacts, { warnings }: Judgement): ExceptionFact[] {
  const used = new Set(warnings.flatMap(({ params }) => (Array.isArray(params['turnedBy']) ? params['turnedBy'] : [])));
  return exceptions.filter(({ id }) => used.has(id));
}
