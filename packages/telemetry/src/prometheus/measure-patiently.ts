import type { Clock } from '@promotable/contracts';
import { measureSlo, type MeasureSloOptions } from './measure-slo.ts';
import { persist } from './persist.ts';
import type { MeasuredSlo } from './slo-figures.ts';

/** How long late data is waited for. */
export interface Patience {
  /** How long to wait for Prometheus while it lags, milliseconds. @default 20_000 */
  readonly patienceMs?: number | undefined;
  /** First pause while it lags, milliseconds; doubled each time, with full jitter. @default 2000 */
  readonly pauseMs?: number | undefined;
  readonly clock: Clock;
  /** @default `Math.random` */
  readonly random?: (() => number) | undefined;
}

/** {@link measureSlo}, waiting for data that is late; what is wrong otherwise would be the same a moment later. */
export function measurePatiently(options: Omit<MeasureSloOptions, 'nowMs'> & Patience): Promise<MeasuredSlo> {
  const { client, template, matchers, window, reading, clock, signal, patienceMs = 20_000, pauseMs = 2000, random = Math.random } = options;
  return persist((attempt) => measureSlo({ client, template, matchers, window, nowMs: clock.now(), reading, signal: attempt }), {
    attemptMs: patienceMs,
    totalMs: patienceMs,
    pauseMs,
    random,
    clock,
    signal,
  });
}
