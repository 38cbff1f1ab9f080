import { CodedError } from '@promotable/contracts';

export type ApiServerErrorCode =
  /** Environment or command line; every fault with its name. */
  | 'CONFIGURATION_INVALID'
  /** A key, the key set or the trust policy cannot be used. */
  | 'KEYS_UNUSABLE'
  /** What was made for development is refused in production. */
  | 'DEVELOPMENT_ONLY'
  | 'POSTGRES_UNREACHABLE'
  | 'DISK_FULL'
  | 'NOT_WRITABLE'
  | 'CLOCK_SKEWED'
  | 'SCHEMA_OUTDATED'
  | 'UNKNOWN_STREAM'
  /** The database holds less, or something else, than what had been exported from it. */
  | 'LEDGER_BEHIND_CHECKPOINT';

/** What stops Mission Control from starting or from working; the message is one line that says what to do. */
export class ApiServerError extends CodedError<ApiServerErrorCode> {}
