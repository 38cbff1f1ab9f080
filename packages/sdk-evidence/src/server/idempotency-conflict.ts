import { EvidenceError } from '../evidence-error.ts';

/** One key names one statement; the caller chose a key that names another. */
export function idempotencyConflict(key: string): EvidenceError {
  return new EvidenceError('IDEMPOTENCY_CONFLICT', 'this idempotency key was used for another statement: choose another one, or none', {
    faults: [
      { path: '/idempotencyKey', code: 'used_for_another_statement', message: `${JSON.stringify(key)} belongs to another statement` },
    ],
  });
}
