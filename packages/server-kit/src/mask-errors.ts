// Decides what of an error a caller may see; everything unknown becomes INTERNAL.
import { isCodedError, type Fault } from '@promotable/contracts';
import { ServerKitError, type ServerKitErrorCode } from './server-kit-error.ts';

/** The part of an error that leaves the server. */
export interface VisibleError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
  /** Receipt of an earlier, identical call, where the error carries one. */
  readonly receipt: unknown;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;
  /** Why, for the log alone. */
  readonly reason: string | undefined;
}

/**
 * Maps any thrown value to what a caller may see. A coded error shows itself unless its status is 500;
 * the framework's own errors are renamed; all else is `INTERNAL` without a word of detail.
 */
export function visibleError(error: unknown): VisibleError {
  const coded = fromFramework(error) ?? error;
  if (!isCodedError(coded) || !(coded.status >= 400 && coded.status <= 599) || coded.status === 500) return internal;
  const extra = coded as Partial<Pick<ServerKitError, 'reason' | 'allow' | 'retryAfterSeconds'>> & { receipt?: unknown };
  return {
    status: coded.status,
    code: coded.code,
    message: coded.message,
    faults: coded.faults,
    receipt: extra.receipt ?? undefined,
    retryAfterSeconds: extra.retryAfterSeconds ?? (coded.status === 429 || coded.status === 503 ? 1 : undefined),
    allow: extra.allow,
    reason: extra.reason,
  };
}

const internal: VisibleError = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong on our side; name the request id when you report it.',
  faults: [],
  receipt: undefined,
  retryAfterSeconds: undefined,
  allow: undefined,
  reason: undefined,
};

const frameworkErrors: Record<string, readonly [ServerKitErrorCode, number, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 413, 'The body is larger than this route accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 415, 'Send the body as application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED_REQUEST', 400, 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['BAD_URL', 400, 'The path is not a valid URL path.'],
  FST_ERR_MAX_PARAM_LENGTH: ['URL_TOO_LONG', 414, 'A part of the path is too long.'],
  ECONNRESET: ['MALFORMED_REQUEST', 400, 'The request ended early.'],
};

function fromFramework(error: unknown): ServerKitError | undefined {
  if (typeof error !== 'object' || error === null || isCodedError(error)) return undefined;
  const { code, validation } = error as { code?: unknown; validation?: unknown };
  if (code === 'FST_ERR_VALIDATION')
    return new ServerKitError('INVALID_INPUT', 'The input has faults.', { status: 400, faults: schemaFaults(validation) });
  const known = typeof code === 'string' && Object.hasOwn(frameworkErrors, code) ? frameworkErrors[code] : undefined;
  if (known === undefined) return undefined;
  return new ServerKitError(known[0], known[2], { status: known[1], cause: error });
}

function schemaFaults(validation: unknown): Fault[] {
  if (!Array.isArray(validation)) return [];
  return validation.map((issue: { instancePath?: string; keyword?: string; message?: string }) => ({
    path: issue.instancePath ?? '',
    code: issue.keyword ?? 'invalid',
    message: issue.message ?? 'is not valid',
  }));
}
