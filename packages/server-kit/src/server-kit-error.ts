import { CodedError, type CodedErrorOptions } from '@promotable/contracts';

/** Every code that this package throws or answers with. */
export type ServerKitErrorCode =
  | 'AUTH_UNAVAILABLE'
  | 'BAD_URL'
  | 'BODY_TOO_LARGE'
  | 'DEVELOPMENT_TOKENS_REFUSED'
  | 'DRAINING'
  | 'EMPTY_BODY'
  | 'FORBIDDEN'
  | 'FORBIDDEN_KEY'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL'
  | 'INVALID_INPUT'
  | 'INVALID_OPTIONS'
  | 'INVALID_OPERATION'
  | 'INVALID_SCHEMA'
  | 'JSON_TOO_DEEP'
  | 'JSON_TOO_LARGE'
  | 'LISTEN_FAILED'
  | 'MALFORMED_JSON'
  | 'MALFORMED_REQUEST'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'OPERATION_NOT_MOUNTED'
  | 'OVERLOADED'
  | 'PERSISTED_QUERY_MISMATCH'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_ONLY'
  | 'PERSON_BUSY'
  | 'PORT_TAKEN'
  | 'RATE_LIMITED'
  | 'REQUEST_TIMEOUT'
  | 'TIMEOUT'
  | 'TOKEN_REFUSED'
  | 'UNAUTHENTICATED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'URL_TOO_LONG';

/** What an error says besides its code and its message. */
export interface ServerKitErrorOptions extends CodedErrorOptions {
  /** Why, for the log alone; never sent. */
  readonly reason?: string;
  /** Seconds after which to come again, sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Methods that the path does answer, sent as `Allow`. */
  readonly allow?: readonly string[];
}

/** An error of the server kit; `reason` is for the log, `message` for the caller. */
export class ServerKitError extends CodedError<ServerKitErrorCode> {
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(code: ServerKitErrorCode, message: string, options: ServerKitErrorOptions = {}) {
    super(code, message, options);
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.allow = options.allow;
  }
}

/** 401 with the one text that every failed authentication gets; `reason` goes to the log only. */
export function unauthenticated(reason: string, cause?: unknown): ServerKitError {
  return new ServerKitError('UNAUTHENTICATED', 'A valid bearer token is required.', { status: 401, reason, cause });
}

/** 403 with the one text that every refused authorisation gets; `reason` goes to the log only. */
export function forbidden(reason: string): ServerKitError {
  return new ServerKitError('FORBIDDEN', 'This token does not allow it.', { status: 403, reason });
}
