import { CodedError, type CodedErrorOptions } from '@promotable/contracts';

/** Everything that can go wrong with evidence, on the client and on the server. */
export type EvidenceErrorCode =
  // reading and building
  | 'REPORT_UNREADABLE'
  | 'REPORT_EMPTY'
  | 'REPORT_TOO_LARGE'
  | 'EVIDENCE_INVALID'
  // publishing
  | 'PUBLISH_REFUSED'
  | 'MC_UNREACHABLE'
  | 'MC_ANSWER_INVALID'
  | 'TOKEN_UNREADABLE'
  | 'SPOOL_FULL'
  | 'SPOOL_UNAVAILABLE'
  | 'SPOOL_DAMAGED'
  | 'REGISTRY_UNAVAILABLE'
  | 'ABORTED'
  // receiving
  | 'BUNDLE_INVALID'
  | 'BUNDLE_MISMATCH'
  | 'PREDICATE_UNKNOWN'
  | 'DUPLICATE'
  | 'IDEMPOTENCY_CONFLICT'
  | 'RELEASE_DIGEST_CONFLICT'
  | 'SIGNATURE_UNTRUSTED'
  | 'OBSERVED_IN_FUTURE'
  | 'STORE_UNAVAILABLE'
  | 'FORBIDDEN';

const statusOf: Record<EvidenceErrorCode, number> = {
  REPORT_UNREADABLE: 400,
  REPORT_EMPTY: 400,
  REPORT_TOO_LARGE: 413,
  EVIDENCE_INVALID: 400,
  PUBLISH_REFUSED: 500,
  MC_UNREACHABLE: 503,
  MC_ANSWER_INVALID: 502,
  TOKEN_UNREADABLE: 500,
  SPOOL_FULL: 507,
  SPOOL_UNAVAILABLE: 500,
  SPOOL_DAMAGED: 500,
  REGISTRY_UNAVAILABLE: 502,
  ABORTED: 499,
  BUNDLE_INVALID: 400,
  BUNDLE_MISMATCH: 422,
  PREDICATE_UNKNOWN: 422,
  DUPLICATE: 409,
  IDEMPOTENCY_CONFLICT: 422,
  RELEASE_DIGEST_CONFLICT: 422,
  SIGNATURE_UNTRUSTED: 403,
  OBSERVED_IN_FUTURE: 422,
  STORE_UNAVAILABLE: 503,
  FORBIDDEN: 403,
};

/** The one error class of this package; `status` follows from the code. */
export class EvidenceError extends CodedError<EvidenceErrorCode> {
  constructor(code: EvidenceErrorCode, message: string, options: Omit<CodedErrorOptions, 'status'> = {}) {
    super(code, message, { ...options, status: statusOf[code] });
  }
}
