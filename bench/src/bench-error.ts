import { CodedError } from '@promotable/contracts';

export type BenchErrorCode =
  /** A part that a row needs cannot be had here: the row is inconclusive. */
  | 'UNAVAILABLE'
  /** Variants do different work: nothing about them can be compared, the row fails. */
  | 'ANSWERS_DIFFER'
  /** A process of a variant ended or answered nonsense: the row is inconclusive. */
  | 'VARIANT_FAILED'
  | 'USAGE';

export class BenchError extends CodedError<BenchErrorCode> {}
