// Asks again while MC is out of order, within one deadline for all attempts.
import { setTimeout as pause } from 'node:timers/promises';
import { causeOf, Hold } from './hold.ts';
import type { HttpAnswer } from './http.ts';
import { isOutage } from './read-answer.ts';

export interface RetryOptions {
  /** Ends all attempts. */
  readonly deadline: AbortSignal;
  /** Longest single attempt, milliseconds. */
  readonly attemptMs: number;
  /** Longest time for all attempts, milliseconds; named in the reason. */
  readonly totalMs: number;
}

/** Pause after the first failed attempt, milliseconds; doubled after each further one. */
const firstPauseMs = 200;

/** The first answer that is not an outage. @throws {Hold} `MC_UNREACHABLE` at the deadline, and whatever else `attempt` holds for */
export async function persist(
  attempt: (signal: AbortSignal) => Promise<HttpAnswer>,
  { deadline, attemptMs, totalMs }: RetryOptions,
): Promise<HttpAnswer> {
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    const cause = await attemptOnce(attempt, AbortSignal.any([deadline, AbortSignal.timeout(attemptMs)]));
    if (typeof cause !== 'string') return cause;
    const rested = await pause(pauseMs, true, { signal: deadline }).catch(() => false);
    if (!rested) throw new Hold('MC_UNREACHABLE', { timeout: totalMs, cause });
  }
}

async function attemptOnce(attempt: (signal: AbortSignal) => Promise<HttpAnswer>, signal: AbortSignal): Promise<HttpAnswer | string> {
  try {
    const answer = await Promise.race([attempt(signal), abortOf(signal)]);
    return isOutage(answer) ? `HTTP ${answer.status}` : answer;
  } catch (error) {
    if (signal.aborted) return causeOf(signal.reason);
    if (!(error instanceof Hold) || error.reason.code !== 'MC_UNREACHABLE') throw error;
    return String(error.reason.params['cause'] ?? 'unknown error');
  }
}

/** Time is up also for a `fetch` that does not listen to its signal. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
