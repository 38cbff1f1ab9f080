import { CodedError } from '@promotable/contracts';

export type WorldErrorCode =
  /** A program that builds a release is not on PATH. */
  | 'TOOL_MISSING'
  /** A program that builds a release ended with another status than 0. */
  | 'TOOL_FAILED'
  /** What is installed is not what the demo service's lockfile names. */
  | 'DEPENDENCY_MISMATCH'
  /** A process of the world did not come up, or ended by itself. */
  | 'PROCESS_ENDED'
  /** The load generator could not offer the load it was told to. */
  | 'LOAD_NOT_OFFERED'
  /** Asked for a canary while there is one, or for what needs one while there is none. */
  | 'CANARY_STATE';

/** Every error that the measured world throws on purpose. */
export class WorldError extends CodedError<WorldErrorCode> {}
