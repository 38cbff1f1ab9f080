import { CodedError } from '@promotable/contracts';

/** What went wrong with a question, a record or the stored state. */
export type GateErrorCode =
  /** The question has faults; each is listed. */
  | 'INVALID_QUESTION'
  /** The tenant has no default environment and none was given. */
  | 'MISSING_FIELD'
  /** Another tenant is named, or the token lacks the scope or the service. */
  | 'FORBIDDEN'
  /** The caller of an adapter brings no token, or not the right one. */
  | 'UNAUTHENTICATED'
  | 'DECISION_NOT_FOUND'
  /** Facts that do not fit their schema, or are larger than 256 kB. */
  | 'FACTS_INVALID'
  | 'FACTS_TOO_LARGE'
  /** The file that keeps what a client has seen cannot be read or written. */
  | 'STATE_UNREADABLE'
  | 'STATE_NOT_WRITABLE'
  /** Not a decision record, or one whose parts do not belong together. */
  | 'RECORD_INVALID'
  /** A setting of the gate or of its client makes no sense. */
  | 'CONFIGURATION'
  /** Another writer came first too many times in a row. */
  | 'CONTENTION'
  /** MC gave no list of proven digests that could be believed; the kept one stays. */
  | 'PROVEN_REFUSED'
  /** The active policy is not the one that this process has loaded. */
  | 'POLICY_NOT_LOADED'
  /** The database cannot be reached; nothing was changed. */
  | 'STORE_UNAVAILABLE';

/** Everything this package throws on purpose; `faults` names each thing wrong with its path. */
export class GateError extends CodedError<GateErrorCode> {}
