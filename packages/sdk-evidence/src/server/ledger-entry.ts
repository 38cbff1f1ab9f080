import type { LedgerEntry, StreamId } from '@promotable/ledger';
import type { NewEvidenceRecord } from './evidence-record.ts';

/** The chain that evidence of a tenant is entered in. */
export function evidenceStream(tenant: string): StreamId {
  return { tenant, stream: 'evidence' };
}

/** The entry of a record: `evidence.accepted`, `evidence.rebuilt` when it replaced the release's artifacts, `evidence.claimed` when unsigned. */
export function ledgerEntryOf(record: NewEvidenceRecord, actor: string, rebuilt: boolean): LedgerEntry {
  const { tenant, service, releaseId, statementDigest, receivedAt } = record;
  const type = rebuilt ? 'evidence.rebuilt' : record.signed ? 'evidence.accepted' : 'evidence.claimed';
  const place = record.signed
    ? ['environment' in record.predicate ? record.predicate.environment : null, record.predicate.checkpoint]
    : [record.claims.environment, record.claims.checkpoint];
  const subject = [service, releaseId, ...place].map((part) => part ?? '-').join('/');
  return { ...evidenceStream(tenant), type, subject, bodyDigest: statementDigest, actor, at: new Date(receivedAt).toISOString() };
}
