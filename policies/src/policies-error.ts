import { CodedError } from '@promotable/contracts';

/** Why a policy cannot be had, or gave no verdict. */
export type PoliciesErrorCode =
  /** A layer document breaks its rules; `faults` lists every one with its path. */
  | 'LAYER_INVALID'
  /** No shipped layer has that name. */
  | 'LAYER_UNKNOWN'
  /** A layer made for development was asked for in production. */
  | 'LAYER_DEVELOPMENT_ONLY'
  /** A file of the bundle is missing or unreadable: the installation is broken. */
  | 'BUNDLE_UNREADABLE'
  /** The policy engine threw; a gate turns it into a hold. */
  | 'POLICY_FAILED'
  /** The policy answered with another shape; a gate turns it into a hold. */
  | 'POLICY_RESULT_INVALID'
  /** A reason code that the catalog does not have. */
  | 'REASON_UNKNOWN';

/** Everything that `@promotable/policies` throws on purpose. */
export class PoliciesError extends CodedError<PoliciesErrorCode> {}
