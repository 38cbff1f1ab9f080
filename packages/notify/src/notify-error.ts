import { CodedError, type CodedErrorOptions } from '@promotable/contracts';

/** Why a message was not delivered, or cannot be. */
export type NotifyErrorCode =
  /** No answer, a broken connection, or 5xx: try again. */
  | 'UNREACHABLE'
  /** 429, or 503 with Retry-After: try again later. */
  | 'RATE_LIMITED'
  /** Another 4xx: the receiver will not take it however often it is sent. */
  | 'REFUSED'
  /** A setting makes no sense. The message never repeats it: it may be a secret. */
  | 'CONFIGURATION'
  /** The database cannot be reached; nothing was changed. */
  | 'STORE_UNAVAILABLE';

/** Everything this package throws on purpose. URLs of webhooks and routing keys are secrets and appear in none of it. */
export class NotifyError extends CodedError<NotifyErrorCode> {
  /** How long the receiver asks to be left alone, milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(code: NotifyErrorCode, message: string, options: CodedErrorOptions & { readonly retryAfterMs?: number | null } = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
