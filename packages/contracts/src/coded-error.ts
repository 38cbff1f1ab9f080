const brand = Symbol.for('promotable.dev/coded-error');

/** One thing wrong with an input: where (`/values/slo/0`, an RFC 6901 JSON Pointer; empty for the whole), what kind, and a sentence. */
export interface Fault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What an error says besides its code and its message. */
export interface CodedErrorOptions {
  /** What failed underneath. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without a change of input. @default false */
  readonly retryable?: boolean;
  /** Every fault found, not only the first. @default [] */
  readonly faults?: readonly Fault[];
  /** HTTP status a server answers with; 500 is masked before it leaves. @default 500 */
  readonly status?: number;
  /** What was recorded the first time, where a call is refused as a duplicate. @default null */
  readonly receipt?: unknown;
}

/**
 * The base of every error that a Promotable package throws on purpose: one subclass per package, `Code` its closed union.
 * Carries a `Symbol.for` brand, so that checks survive two copies of a package in one process.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly [brand] = true;
  readonly code: Code;
  readonly retryable: boolean;
  readonly faults: readonly Fault[];
  readonly status: number;
  readonly receipt: unknown;

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.faults = options.faults ?? [];
    this.status = options.status ?? 500;
    this.receipt = options.receipt ?? null;
  }
}

/** True for a coded error of any Promotable package, also across copies of this module. */
export function isCodedError(error: unknown): error is CodedError {
  return typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true;
}
