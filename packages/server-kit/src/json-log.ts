// Structured logs as JSON lines on one stream, with secrets taken out at the last moment.
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { scrub, scrubText } from './scrub.ts';

/** What is logged, and where to. */
export interface JsonLogOptions {
  /** Least severe level that is written. @default 'info' */
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Where the lines go. @default standard output */
  readonly destination?: DestinationStream;
}

/**
 * A pino logger (it satisfies contracts' `Logger`) whose lines hold no secret: objects are scrubbed by key and form
 * before they are written, and the finished line once more by form, which covers messages and bindings.
 */
export function createJsonLog(options: JsonLogOptions = {}): PinoLogger {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: (bindings) => scrub(bindings) as Record<string, unknown>,
        log: (fields) => scrub(fields) as Record<string, unknown>,
      },
      // What `formatters.log` made of an error is final; pino's own serializer would drop its type.
      serializers: { err: (error: unknown) => error },
      hooks: { streamWrite: scrubText },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
