import { CodedError } from '@promotable/contracts';

/** What went wrong; the table of the README says what each code means. */
export type LedgerErrorCode =
  /** An entry breaks a rule of its shape or is larger than 2 kB. */
  | 'ENTRY_INVALID'
  /** The transaction handle is of another kind of store. */
  | 'TRANSACTION_UNSUITABLE'
  /** The database cannot be reached, or the connection broke; what was asked may or may not have happened. */
  | 'STORE_UNAVAILABLE'
  /** The work went through, but the database had already given up the transaction. */
  | 'TRANSACTION_ABORTED'
  /** Committed, but an effect registered with `onCommit` failed. */
  | 'COMMIT_EFFECT_FAILED'
  /** A checkpoint is malformed, or not for the head it should seal. */
  | 'CHECKPOINT_INVALID'
  /** Another writer chained the same entries: the advisory lock was not honoured. */
  | 'SEAL_CONFLICT';

/** Everything this package throws on purpose. */
export class LedgerError extends CodedError<LedgerErrorCode> {}
