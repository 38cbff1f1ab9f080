import { statementDigestOf } from '@promotable/attest';
import type { LedgerEntry } from '@promotable/ledger';
import { decisionName } from '../decision-statement.ts';
import type { RecordedDecision } from './gate-store.ts';

/** The stream that decisions are chained in, one chain per tenant. */
export const decisionStream = 'decision';

/** The ledger keeps the digest of the signed statement; the decision itself stays in the store. */
export function ledgerEntry({ decision, bundle }: RecordedDecision, actor: string): LedgerEntry {
  const { subject, evaluatedAt } = decision;
  return {
    tenant: subject.tenant,
    stream: decisionStream,
    type: 'decision.recorded',
    subject: decisionName(subject),
    bodyDigest: statementDigestOf(bundle),
    actor,
    at: evaluatedAt,
  };
}
