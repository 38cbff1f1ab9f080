import type { NewEvidenceRecord } from './evidence-record.ts';
import type { Insertion } from './evidence-store.ts';

/** Writes that have begun and not ended, by what they write. */
export type InFlight = Map<string, Promise<Insertion>>;

/**
 * Writes a record once for all who bring it at the same moment: the others wait for the first and are told what it was told, a duplicate.
 * Otherwise each copy would queue for the lock of its release, and a thousand of them would keep everybody else from the database. Across
 * processes the primary key decides, as ever.
 */
export async function insertTogether(
  inFlight: InFlight,
  { tenant, service, releaseId, statementDigest, idempotencyKey }: NewEvidenceRecord,
  mayRebuild: boolean,
  insert: () => Promise<Insertion>,
): Promise<Insertion> {
  const key = JSON.stringify([tenant, service, releaseId, statementDigest, idempotencyKey, mayRebuild]);
  const underWay = inFlight.get(key);
  if (underWay !== undefined) return { ...(await underWay), isNew: false };
  const begun = insert().finally(() => inFlight.delete(key));
  inFlight.set(key, begun);
  return begun;
}
