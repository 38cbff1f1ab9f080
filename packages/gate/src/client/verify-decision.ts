// Whether a bundle is a decision that answers exactly this question, now. Everything else is a hold.
import { AttestError, type KeySet, listedKeys, resolveKey, type VerifiedBundle, verifyBundle } from '@promotable/attest';
import { DecisionPredicate, predicateTypes } from '@promotable/contracts';
import { isSameSubjects } from '../decision-statement.ts';
import { modeOf, type ResolvedQuestion } from '../gate-question.ts';
import { verdictOf } from '../judge.ts';
import { causeOf, Hold } from './hold.ts';

/** A decision may be dated this much ahead of the clock, milliseconds. */
const clockToleranceMs = 60_000;

export interface VerifyDecisionOptions {
  readonly keySet: KeySet;
  /** Without a tenant any is taken; the caller remembers it. */
  readonly question: Omit<ResolvedQuestion, 'tenant'> & { readonly tenant: string | null };
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface VerifiedDecision {
  readonly decision: DecisionPredicate;
  readonly statementDigest: string;
  readonly bundle: VerifiedBundle['bundle'];
}

/** @throws {Hold} `DECISION_UNVERIFIED`, `DECISION_FOREIGN`, `DECISION_EXPIRED` */
export function verifyDecision(input: unknown, { keySet, question, now }: VerifyDecisionOptions): VerifiedDecision {
  const { statement, statementDigest, keyId, bundle } = verifySignature(input, keySet);
  if (statement.predicateType !== predicateTypes.decision) throw unverified('it is no decision');
  const parsed = DecisionPredicate.safeParse(statement.predicate);
  if (!parsed.success) throw unverified('it has an unknown shape');
  const decision = parsed.data;
  if (!isSameSubjects(statement.subject, decision)) throw unverified('its subjects are not those of the decision');
  requireTrustedKey(keySet, keyId, decision, now);
  if (decision.mode !== modeOf(question))
    throw unverified(decision.mode === 'shadow' ? 'it was made in shadow mode' : 'it was not made in shadow mode');
  if (verdictOf(decision.reasons) !== decision.verdict) throw unverified('its verdict contradicts its reasons');
  requireSameQuestion(decision, question);
  requireNotAhead(decision, now);
  requireValid(decision, now);
  return { decision, statementDigest, bundle };
}

/** True when only a newer key set could tell: the signer is not listed, or not in force by this one. A revoked key stays revoked. */
export function isUnknownKey(error: unknown): boolean {
  if (!(error instanceof Hold)) return false;
  if (error.cause instanceof AttestError) return error.cause.code === 'KEY_UNKNOWN';
  return notInForce.has(String(error.reason.params['cause']));
}

/** True when a decision was genuine until its key was revoked. */
export function isRevokedKey(error: unknown): boolean {
  return error instanceof Hold && error.reason.params['cause'] === standing('revoked');
}

const notInForce: ReadonlySet<string> = new Set(['not-yet-valid', 'retired'].map(standing));

function standing(status: string): string {
  return `the key is ${status}`;
}

function verifySignature(input: unknown, keySet: KeySet): VerifiedBundle {
  try {
    return verifyBundle(input, listedKeys(keySet, 'decision'));
  } catch (cause) {
    throw unverified(causeOf(cause), cause);
  }
}

/** The key must have been in force when the decision was made, and for a pass now as well: a retired key could be dated back. */
function requireTrustedKey(keySet: KeySet, keyId: string, { verdict, evaluatedAt }: DecisionPredicate, now: number): void {
  const moments = [Date.parse(evaluatedAt), ...(verdict === 'pass' ? [now] : [])];
  for (const at of moments) {
    const { status } = resolveKey(keySet, keyId, { use: 'decision', at });
    if (status !== 'trusted') throw unverified(standing(status));
  }
}

function requireSameQuestion(
  { subject, podTemplateHash, digests, verdict }: DecisionPredicate,
  question: VerifyDecisionOptions['question'],
): void {
  const same: Record<string, boolean> = {
    tenant: question.tenant === null || subject.tenant === question.tenant,
    service: subject.service === question.service,
    releaseId: subject.releaseId === question.releaseId,
    environment: subject.environment === question.environment,
    kind: subject.kind === 'rollout' || (subject.kind === 'rollback' && verdict === 'pass'),
    stage: subject.stage === question.stage,
    podTemplateHash: podTemplateHash === question.podTemplateHash,
    digests: digests.length === question.digests.length && digests.every((digest, index) => digest === question.digests[index]),
  };
  for (const [field, isSame] of Object.entries(same)) if (!isSame) throw new Hold('DECISION_FOREIGN', { field });
}

/** One of the two clocks is wrong; the offset says by how much. */
function requireNotAhead({ evaluatedAt }: DecisionPredicate, now: number): void {
  const aheadMs = Date.parse(evaluatedAt) - now;
  if (aheadMs > clockToleranceMs) throw unverified(`it is dated ${(aheadMs / 1000).toFixed(1)} s ahead of the clock`);
}

function requireValid({ verdict, validUntil }: DecisionPredicate, now: number): void {
  if (verdict !== 'pass') return;
  if (validUntil === null) throw unverified('a pass without an end');
  const age = now - Date.parse(validUntil);
  if (!(age < 0)) throw new Hold('DECISION_EXPIRED', { age });
}

function unverified(cause: string, error?: unknown): Hold {
  return new Hold('DECISION_UNVERIFIED', { cause }, { cause: error });
}
