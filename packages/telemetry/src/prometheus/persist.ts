// Asks again while Prometheus is out of order, within one deadline for all attempts.
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, isCodedError } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';

export interface PersistOptions {
  /** Longest single attempt, milliseconds. */
  readonly attemptMs: number;
  /** Longest time for all attempts, milliseconds. */
  readonly totalMs: number;
  /** Pause after the first failed attempt, milliseconds; doubled after each further one, with full jitter. */
  readonly pauseMs: number;
  readonly random: () => number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The first attempt that does not fail in a way that another may heal.
 * @throws {TelemetryError} `PROMETHEUS_UNREACHABLE` at the deadline; the reason of `signal` when the caller gives up
 */
export async function persist<T>(attempt: (signal: AbortSignal) => Promise<T>, options: PersistOptions): Promise<T> {
  const { attemptMs, totalMs, pauseMs, random, clock, signal } = options;
  const endsAt = clock.monotonic() + totalMs;
  // The deadline cuts the last attempt short: what an earlier one was told says more.
  let told: TelemetryError | null = null;
  for (let longest = pauseMs; ; longest *= 2) {
    signal?.throwIfAborted();
    const left = endsAt - clock.monotonic();
    const failure = await failureOf(attempt, Math.min(attemptMs, left), signal);
    if ('value' in failure) return failure.value;
    if (!failure.isLate || told === null) told = failure.error;
    const rest = random() * longest;
    if (endsAt - clock.monotonic() <= rest) throw told;
    await pause(rest, undefined, { signal }).catch(() => undefined);
  }
}

async function failureOf<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly value: T } | { readonly error: TelemetryError; readonly isLate: boolean }> {
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(ms)));
  try {
    return { value: await attempt(signal === undefined ? timeout : AbortSignal.any([signal, timeout])) };
  } catch (error) {
    signal?.throwIfAborted();
    // What is coded and not retryable would be the same again.
    if (isCodedError(error) && !(error.retryable && error instanceof TelemetryError)) throw error;
    return error instanceof TelemetryError
      ? { error, isLate: false }
      : { error: unreachable(error, timeout.aborted), isLate: timeout.aborted };
  }
}

/** `fetch` wraps the cause that says something. */
function unreachable(error: unknown, isLate: boolean): TelemetryError {
  const { code, message } = ((error as { cause?: unknown }).cause ?? error) as { code?: string; message?: string };
  const why = isLate ? 'no answer in time' : (code ?? message ?? 'unknown error');
  return new TelemetryError('PROMETHEUS_UNREACHABLE', `Prometheus does not answer: ${why}`, { cause: error, retryable: true, status: 503 });
}
