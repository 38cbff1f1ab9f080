// Counts the requests being worked on, so that there are never too many and a drain knows when there are none.
import { ServerKitError } from './server-kit-error.ts';

export interface InFlight {
  readonly count: number;
  /** Counts a request in. @throws ServerKitError `OVERLOADED` or `DRAINING` (503) with `Retry-After` */
  enter(): void;
  /** The same, but false where it would be refused. */
  tryEnter(): boolean;
  leave(): void;
  /** Refuses newcomers from now on. */
  close(): void;
  /** Resolves when none is left, at once if there is none. */
  idle(): Promise<void>;
}

export function inFlight(max: number): InFlight {
  let count = 0;
  let closed = false;
  let waiting: (() => void)[] = [];
  return {
    get count() {
      return count;
    },
    enter() {
      if (closed)
        throw new ServerKitError('DRAINING', 'This server is stopping; ask again.', { status: 503, retryable: true, retryAfterSeconds: 1 });
      if (count >= max)
        throw new ServerKitError('OVERLOADED', 'Too many requests are being worked on.', {
          status: 503,
          retryable: true,
          retryAfterSeconds: 1,
        });
      count += 1;
    },
    tryEnter() {
      if (closed || count >= max) return false;
      count += 1;
      return true;
    },
    leave() {
      count -= 1;
      if (count > 0 || waiting.length === 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    close() {
      closed = true;
    },
    idle: () =>
      count === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
  };
}
