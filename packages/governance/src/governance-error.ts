import { CodedError } from '@promotable/contracts';

/** What went wrong with a waiver, an override or the stored state. */
export type GovernanceErrorCode =
  /** The input has faults; each is listed. */
  | 'REQUEST_INVALID'
  /** A listed reason may not be turned by this kind of exception; each is listed. */
  | 'NOT_TURNABLE'
  /** It would live longer than the policy lets it. */
  | 'TOO_LONG'
  /** Another tenant is named, or the token lacks the scope, the service or the role. */
  | 'FORBIDDEN'
  /** The same person would act on both sides. */
  | 'FOUR_EYES'
  | 'EXCEPTION_NOT_FOUND'
  /** It is not in a state in which this can be done to it. */
  | 'WRONG_STATE'
  /** The same key with another input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** A signed override that cannot be believed. */
  | 'OVERRIDE_UNTRUSTED'
  /** As many exceptions wait or are in force for this service and environment as there may be. */
  | 'TOO_MANY_EXCEPTIONS'
  /** A setting makes no sense. */
  | 'CONFIGURATION'
  /** Another writer came first too many times in a row. */
  | 'CONTENTION'
  /** The database cannot be reached; nothing was changed. */
  | 'STORE_UNAVAILABLE';

/** Everything this package throws on purpose; `faults` names each thing wrong with its path. */
export class GovernanceError extends CodedError<GovernanceErrorCode> {}

/** One text for every refusal, so that nothing is learnt from it. */
export function forbidden(): GovernanceError {
  return new GovernanceError('FORBIDDEN', 'this token does not allow it', { status: 403 });
}
