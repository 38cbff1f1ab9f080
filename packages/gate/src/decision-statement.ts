// A decision as a signed Statement: who made it can be checked without us.
import { digestOf } from '@promotable/attest';
import { type DecisionPredicate, type DecisionSubject, predicateTypes, type Statement, statementType } from '@promotable/contracts';

/** Statement whose first subject is sha256 of RFC 8785 of the decision's subject; the artifacts follow. */
export function decisionStatement(decision: DecisionPredicate): Statement {
  return { _type: statementType, subject: statementSubjects(decision), predicateType: predicateTypes.decision, predicate: { ...decision } };
}

/** The subjects that a decision's Statement must have, in this order. */
export function statementSubjects({ subject, digests }: Pick<DecisionPredicate, 'subject' | 'digests'>): Statement['subject'] {
  const artifacts = digests.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } }));
  return [{ name: decisionName(subject), digest: { sha256: digestOf(subject) } }, ...artifacts];
}

/** For people; matched by digest alone. */
export function decisionName({ service, releaseId, environment, kind, stage }: DecisionSubject): string {
  return [kind, service, releaseId, environment, ...(stage === null ? [] : [stage])].join('/');
}

/** Whether a Statement is about exactly the subject and the digests of its decision; names do not count. */
export function isSameSubjects(subjects: Statement['subject'], decision: Pick<DecisionPredicate, 'subject' | 'digests'>): boolean {
  const expected = statementSubjects(decision);
  return subjects.length === expected.length && expected.every(({ digest }, index) => subjects[index]?.digest.sha256 === digest.sha256);
}
