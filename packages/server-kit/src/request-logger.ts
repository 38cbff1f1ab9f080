// The log of one request. Few requests log anything, so the child logger with its ids is made when the first line is written.
import type { Logger } from '@promotable/contracts';
import type { Logger as PinoLogger } from 'pino';

/** Has the methods that the framework asks of a logger, and contracts' `Logger` among them. */
export class RequestLogger implements Logger {
  readonly #root: PinoLogger;
  readonly #requestId: string;
  #child: PinoLogger | undefined;
  /** Written into each line. */
  traceId: string | null = null;

  constructor(root: PinoLogger, requestId: string) {
    this.#root = root;
    this.#requestId = requestId;
  }

  trace(...line: readonly unknown[]): void {
    this.#write('trace', line);
  }
  debug(...line: readonly unknown[]): void {
    this.#write('debug', line);
  }
  info(...line: readonly unknown[]): void {
    this.#write('info', line);
  }
  warn(...line: readonly unknown[]): void {
    this.#write('warn', line);
  }
  error(...line: readonly unknown[]): void {
    this.#write('error', line);
  }
  fatal(...line: readonly unknown[]): void {
    this.#write('fatal', line);
  }
  child(bindings: object): PinoLogger {
    return this.#bound().child(bindings);
  }

  isDebugged(): boolean {
    return this.#root.isLevelEnabled('debug');
  }

  #write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', line: readonly unknown[]): void {
    if (this.#root.isLevelEnabled(level)) this.#bound()[level](...(line as [object, string]));
  }

  #bound(): PinoLogger {
    this.#child ??= this.#root.child({ request_id: this.#requestId, trace_id: this.traceId });
    return this.#child;
  }
}
