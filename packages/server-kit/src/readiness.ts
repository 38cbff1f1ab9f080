// Asks named checks whether this server can do its work; each has a deadline, answers are kept briefly.
import type { Clock, Logger } from '@promotable/contracts';

/** One thing that a server needs. */
export interface ReadinessCheck {
  /** Shown in `/readyz`, so it names a dependency and tells nothing else. */
  readonly name: string;
  /** Resolves when ready, rejects when not; the reason is logged, never shown. */
  check(signal: AbortSignal): Promise<void>;
}

/** Whether everything that a server needs is there. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly status: 'ok' | 'failed' | 'timeout' }[];
}

export interface ReadinessOptions {
  readonly checks: readonly ReadinessCheck[];
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a check may take, milliseconds. @default 2000 */
  readonly deadlineMs?: number;
  /** How long an answer is kept, milliseconds: a burst of probes asks the dependencies once. @default 1000 */
  readonly cacheMs?: number;
}

/** Runs all checks at once, one round at a time however many ask. */
export function readiness(options: ReadinessOptions): () => Promise<Readiness> {
  const { checks, clock, log, deadlineMs = 2000, cacheMs = 1000 } = options;
  let last: { readonly at: number; readonly answer: Readiness } | undefined;
  let running: Promise<Readiness> | undefined;

  async function run({ name, check }: ReadinessCheck): Promise<Readiness['checks'][number]> {
    const signal = AbortSignal.timeout(deadlineMs);
    // A check may ignore its signal; it still does not hold the answer up.
    const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    try {
      await Promise.race([check(signal), late]);
      return { name, status: 'ok' };
    } catch (error) {
      log.warn({ check: name, err: error }, 'not ready');
      return { name, status: signal.aborted ? 'timeout' : 'failed' };
    }
  }

  return async () => {
    if (last !== undefined && clock.monotonic() - last.at < cacheMs) return last.answer;
    running ??= Promise.all(checks.map(run)).then((results) => {
      const answer = { ready: results.every(({ status }) => status === 'ok'), checks: results };
      last = { at: clock.monotonic(), answer };
      running = undefined;
      return answer;
    });
    return running;
  };
}
