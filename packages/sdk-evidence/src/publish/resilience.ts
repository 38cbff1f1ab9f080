// How often and how long is tried: every policy of the publisher, assembled here and nowhere else.
import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhenResult,
  type IRetryBackoffContext,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { Clock } from '@promotable/contracts';
import { EvidenceError } from '../evidence-error.ts';
import type { Answer, Failure } from './answer.ts';
import { unreachable } from './send.ts';

/** How often and how long a publisher tries. */
export interface ResilienceOptions {
  /** Attempts in all, the first included. @default 6 */
  readonly attempts?: number | undefined;
  /** Longest single attempt, milliseconds. @default 10000 */
  readonly attemptMs?: number | undefined;
  /** Longest call in all, waiting included, milliseconds. @default 120000 */
  readonly totalMs?: number | undefined;
  /** Bounds of the waiting before a further attempt, milliseconds; full jitter: uniform in [0, min(max, base · 2ⁿ)). @default {base: 500, max: 20000} */
  readonly backoff?: { readonly base: number; readonly max: number } | undefined;
  /** Consecutive failures after which MC is left alone, and for how long, milliseconds. @default {failures: 5, openMs: 30000} */
  readonly breaker?: { readonly failures: number; readonly openMs: number } | undefined;
}

const defaults = {
  attempts: 6,
  attemptMs: 10_000,
  totalMs: 120_000,
  backoff: { base: 500, max: 20_000 },
  breaker: { failures: 5, openMs: 30_000 },
} as const satisfies Required<ResilienceOptions>;

/** A timer may fire a little before the clock that the breaker reads has come as far. */
const timerSlackMs = 10;

export interface ResilientCall {
  readonly attempt: (context: { readonly attempt: number; readonly signal: AbortSignal }) => Promise<Answer>;
  readonly onRetry: (retry: { readonly attempt: number; readonly delayMs: number; readonly failure: Failure }) => void;
  readonly signal: AbortSignal;
}

/** Runs attempts of one publish; the breaker is shared by all calls of one publisher. Answers the last failure when it gives up. */
export type Resilience = (call: ResilientCall) => Promise<Answer>;

export function createResilience(
  options: ResilienceOptions,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Resilience {
  const stated = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const {
    attempts,
    attemptMs,
    totalMs,
    backoff,
    breaker: limits,
  }: Required<{ [Key in keyof ResilienceOptions]: NonNullable<ResilienceOptions[Key]> }> = { ...defaults, ...stated };
  const breaker = circuitBreaker(
    handleWhenResult((answer) => asFailure(answer)?.breaks === true),
    { halfOpenAfter: limits.openMs, breaker: new ConsecutiveBreaker(limits.failures) },
  );
  const deadline = timeout(totalMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: true });
  const perAttempt = timeout(attemptMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });

  return async ({ attempt, onRetry, signal }) => {
    const endsAt = clock.monotonic() + totalMs;
    let last: Failure | null = null;
    let made = 0;
    let nextDelay = 0;
    const delayOf = ({ retryAfterMs }: Failure, retries: number) => {
      const jittered = Math.floor(random() * Math.min(backoff.max, backoff.base * 2 ** retries));
      return Math.max(jittered, retryAfterMs ?? 0, breaker.state === CircuitState.Open ? limits.openMs + timerSlackMs : 0);
    };
    // Waiting past the deadline helps nobody: give up at once, so that the record reaches the spool sooner.
    const worthTrying = handleWhenResult((answer) => {
      const failure = asFailure(answer);
      if (failure?.again !== true) return false;
      nextDelay = delayOf(failure, made - 1);
      return clock.monotonic() + nextDelay < endsAt;
    });
    // The wait does not hold the process: the deadline does, and it ends with the call, also when that is aborted in the middle of a wait.
    const retrying = retry(worthTrying, {
      maxAttempts: attempts - 1,
      backoff: new DelegateBackoff<IRetryBackoffContext<unknown>>(() => nextDelay),
    }).dangerouslyUnref();
    retrying.onRetry(({ attempt: retries, delay }) => {
      if (last !== null) onRetry({ attempt: retries, delayMs: delay, failure: last });
    });
    try {
      return await wrap(deadline, retrying, breaker).execute(async (context) => {
        made++;
        const answer = await once(context.signal);
        if (answer.outcome === 'failed') last = answer;
        return answer;
      }, signal);
    } catch (error) {
      if (signal.aborted) return aborted();
      if (isBrokenCircuitError(error))
        return withCause(unreachable(`MC is left alone for ${limits.openMs} ms after ${limits.failures} failures in a row`), last, breaker);
      if (isTaskCancelledError(error)) return withCause(unreachable(`MC gave no final answer within ${totalMs} ms`), last, breaker);
      throw error;
    }

    async function once(outer: AbortSignal): Promise<Answer> {
      // After an abandoned wait the retry wakes up once more; nothing must be sent then.
      if (outer.aborted) return aborted();
      try {
        return await perAttempt.execute((inner) => attempt({ attempt: made, signal: inner.signal }), outer);
      } catch (error) {
        if (outer.aborted) return aborted();
        if (isTaskCancelledError(error)) return unreachable(`MC gave no answer within ${attemptMs} ms`);
        throw error;
      }
    }
  };
}

function aborted(): Failure {
  return {
    outcome: 'failed',
    error: new EvidenceError('ABORTED', 'publishing was aborted'),
    again: false,
    breaks: false,
    retryAfterMs: null,
  };
}

function asFailure(answer: unknown): Failure | null {
  const { outcome } = answer as Answer;
  return outcome === 'failed' ? (answer as Failure) : null;
}

/** Says why: the last failure of this call, else the one that opened the circuit. */
function withCause(failure: Failure, last: Failure | null, { lastFailure }: CircuitBreakerPolicy): Failure {
  const earlier = last ?? (lastFailure !== undefined && 'value' in lastFailure ? asFailure(lastFailure.value) : null);
  if (earlier === null) return failure;
  const { code, message, retryable } = failure.error;
  return {
    ...failure,
    error: new EvidenceError(code, `${message}; the last failure: ${earlier.error.message}`, { cause: earlier.error, retryable }),
  };
}
