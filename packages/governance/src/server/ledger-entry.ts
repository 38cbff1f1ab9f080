import { digestOf, statementDigestOf } from '@promotable/attest';
import type { LedgerEntry } from '@promotable/ledger';
import { type ExceptionAct, type ExceptionRecord, putIntoForce } from '../exception-record.ts';
import { exceptionName } from '../exception-statement.ts';
import { signedNote } from '../words.ts';

/** The stream that waivers and overrides are chained in, one chain per tenant. */
export const governanceStream = 'governance';

/** An act that puts an exception into force is kept by the digest of its statement, every other one by its own, which holds a salted digest of its note: names and words stay in the store. */
export function ledgerEntry(record: ExceptionRecord, act: ExceptionAct): LedgerEntry {
  const { tenant, id, bundle } = record;
  const { type, actor, at } = act;
  return {
    tenant,
    stream: governanceStream,
    type,
    subject: exceptionName(record),
    bodyDigest:
      bundle !== null && putIntoForce.has(type)
        ? statementDigestOf(bundle)
        : digestOf({ tenant, id, act: { ...act, note: signedNote(record, record.acts.indexOf(act), act.note) } }),
    actor,
    at: new Date(at).toISOString(),
  };
}
