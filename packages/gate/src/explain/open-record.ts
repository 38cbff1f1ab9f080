// A decision record, opened: nothing of it is used before its signature and its digests hold.
import { digestOf, type KeyResolver, verifyBundle } from '@promotable/attest';
import { DecisionPredicate, DecisionRecord, faultsOf, predicateTypes } from '@promotable/contracts';
import { isSameSubjects } from '../decision-statement.ts';
import { GateError } from '../gate-error.ts';

/** A signed decision with the facts that it was made from. */
export interface OpenedDecision {
  readonly decision: DecisionPredicate;
  /** Proven to be the facts that the decision was made from. */
  readonly facts: DecisionRecord['facts'];
}

/** A decision record whose signatures and digests hold. */
export interface OpenedRecord extends OpenedDecision {
  readonly record: DecisionRecord;
  readonly lastPass: OpenedDecision | null;
}

/** @throws {GateError} `RECORD_INVALID`; and the errors of `verifyBundle` for a signature that does not hold */
export function openRecord(value: unknown, keys: KeyResolver): OpenedRecord {
  const parsed = DecisionRecord.safeParse(value);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error);
    throw new GateError('RECORD_INVALID', `not a decision record: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, {
      faults,
      status: 400,
    });
  }
  const record = parsed.data;
  const opened = openDecision(record.bundle, record.facts, keys);
  const lastPass = record.lastPass == null ? null : openDecision(record.lastPass.bundle, record.lastPass.facts, keys);
  if (lastPass !== null && !isEarlierPass(lastPass.decision, opened.decision))
    throw invalid('lastPass is no pass of the same stage, service and environment');
  return { record, ...opened, lastPass };
}

function openDecision(bundle: unknown, facts: DecisionRecord['facts'], keys: KeyResolver): OpenedDecision {
  const { statement } = verifyBundle(bundle, keys);
  const parsed = DecisionPredicate.safeParse(statement.predicate);
  if (statement.predicateType !== predicateTypes.decision || !parsed.success) throw invalid('the bundle holds no decision');
  if (!isSameSubjects(statement.subject, parsed.data)) throw invalid('the subjects are not those of the decision');
  if (digestOf(facts) !== parsed.data.factsDigest) throw invalid('the facts are not those that were decided on');
  return { decision: parsed.data, facts };
}

function isEarlierPass(pass: DecisionPredicate, decision: DecisionPredicate): boolean {
  const same = (['tenant', 'service', 'environment', 'stage'] as const).every((field) => pass.subject[field] === decision.subject[field]);
  return same && pass.verdict === 'pass';
}

function invalid(message: string): GateError {
  return new GateError('RECORD_INVALID', message, { status: 400 });
}
