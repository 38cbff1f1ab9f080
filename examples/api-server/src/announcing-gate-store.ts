// Decisions are told in the transaction that records them: what was not recorded is told to nobody, what was recorded is told for sure.
import type { DecisionPredicate, Transaction } from '@promotable/contracts';
import type { GateStore, NewDecision } from '@promotable/gate/server';
import type { DecidedSubject, Dispatch } from '@promotable/notify';

export interface AnnouncingOptions {
  readonly dispatch: Pick<Dispatch, 'decided'>;
  /** Reads through a transaction. */
  readonly within: (tx: Transaction) => Pick<GateStore, 'latestDecisions'>;
  /** Where a person reads about a release; null = nowhere. */
  readonly pageOf: (decision: DecisionPredicate) => string | null;
  /** What to do about a decision. */
  readonly runbookOf: (codes: readonly string[]) => string;
}

/** The same store; what it records is queued to be told. */
export function announcingGateStore(store: GateStore, { dispatch, within, pageOf, runbookOf }: AnnouncingOptions): GateStore {
  return {
    ...store,
    async record(entry, { tx }) {
      // Nobody waits for what was asked in shadow.
      if (entry.decision.mode === 'shadow') return store.record(entry, { tx });
      const { tenant, service, releaseId, environment, stage } = entry.decision.subject;
      // Before it is written: afterwards it would be the latest itself.
      const latest = await within(tx).latestDecisions(tenant, [{ service, releaseId }]);
      const before = latest.find(({ decision: { subject } }) => subject.environment === environment && subject.stage === stage);
      if (!(await store.record(entry, { tx }))) return false;
      const codes = entry.decision.reasons.map(({ code }) => code);
      const links = { decisionUrl: pageOf(entry.decision), runbookUrl: runbookOf(codes) };
      await dispatch.decided({ notification: { ...notificationOf(entry), ...links }, previous: previousOf(before) }, { tx });
      return true;
    },
  };
}

function notificationOf({ decision, heldSince }: NewDecision): Omit<DecidedSubject['notification'], 'decisionUrl' | 'runbookUrl'> {
  const { id, subject, verdict, reasons, warnings, digests, override, evaluatedAt, traceId } = decision;
  const { tenant, service, environment, releaseId, stage } = subject;
  const brief = (list: DecisionPredicate['reasons']) =>
    list.map(({ code, class: kind, message, fix }) => ({ code, class: kind, message, fix }));
  return {
    ...{ id, at: evaluatedAt, verdict, digests, override, traceId },
    subject: { tenant, service, environment, releaseId, stage },
    reasons: brief(reasons),
    warnings: brief(warnings),
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
  };
}

function previousOf(before: Awaited<ReturnType<GateStore['latestDecisions']>>[number] | undefined): DecidedSubject['previous'] {
  if (before === undefined) return null;
  const { decision, heldSince } = before;
  return {
    verdict: decision.verdict,
    codes: decision.reasons.map(({ code }) => code),
    override: decision.override,
    heldSince: heldSince === null ? null : new Date(heldSince).toISOString(),
  };
}
