import { parseBundle, parseStrictJson, payloadOf, statementDigestOf } from '@promotable/attest';
import { type Bundle, EvidencePredicate, faultsOf, isCodedError, predicateTypes, Statement } from '@promotable/contracts';
import { faulty } from '../fault-list.ts';
import { predicateFaults } from './predicate-faults.ts';

/** Signed evidence as it lies in its file. `bytes` are what is published, retried, spooled and replayed: never serialised anew. */
export interface SignedEvidence {
  readonly bytes: Uint8Array;
  readonly bundle: Bundle;
  /** sha256 of the DSSE payload, lowercase hex. */
  readonly statementDigest: string;
  readonly predicate: EvidencePredicate;
}

/**
 * Reads the file that {@link writeSigned} wrote. Checks its form, not its signature: whom to trust is the receiver's business.
 * @throws {EvidenceError} `BUNDLE_INVALID` with every fault
 */
export function parseSigned(bytes: Uint8Array): SignedEvidence {
  const bundle = attempt(() => parseBundle(bytes));
  const payload = attempt(() => parseStrictJson(payloadOf(bundle)));
  const statement = Statement.safeParse(payload);
  if (!statement.success) throw faulty('BUNDLE_INVALID', 'signed evidence', faultsOf(statement.error));
  const { predicateType, predicate } = statement.data;
  if (predicateType !== predicateTypes.evidence) {
    throw faulty('BUNDLE_INVALID', 'signed evidence', [
      { path: '/predicateType', code: 'invalid_value', message: `must be ${predicateTypes.evidence}` },
    ]);
  }
  const faults = predicateFaults(predicate);
  if (faults.length > 0)
    throw faulty(
      'BUNDLE_INVALID',
      'signed evidence',
      faults.map((fault) => ({ ...fault, path: `/predicate${fault.path}` })),
    );
  return { bytes, bundle, statementDigest: statementDigestOf(bundle), predicate: EvidencePredicate.parse(predicate) };
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const faults = error.faults.length > 0 ? error.faults : [{ path: '', code: error.code, message: error.message }];
    // Without the cause: a JSON parser's message quotes what it read.
    throw faulty('BUNDLE_INVALID', 'signed evidence', faults);
  }
}
