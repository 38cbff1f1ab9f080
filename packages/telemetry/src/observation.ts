import type { Fault } from '@promotable/contracts';
import { TelemetryError } from './errors.ts';

/** One request as it was seen from outside the service that answered it. */
export interface RequestObservation {
  /** When it arrived, milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  /** From arrival to the last byte of the answer, milliseconds; null while it is open. */
  readonly durationMs: number | null;
  /** Whether it was answered well; means nothing while it is open. */
  readonly ok: boolean;
}

/** A half-open stretch of time, milliseconds since the Unix epoch: `fromMs` belongs to it, `untilMs` to the next. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** @throws TelemetryError `INVALID_WINDOW` unless both ends are finite and it ends after it begins. */
export function assertWindow({ fromMs, untilMs }: TimeWindow): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(untilMs) || untilMs <= fromMs) {
    throw new TelemetryError('INVALID_WINDOW', `a window must end after it begins, not [${fromMs}, ${untilMs})`, { status: 422 });
  }
}

/** Lists what is wrong with an observation, with paths below `/index`; empty when it is sound. */
export function observationFaults({ startedAtMs, durationMs, ok }: RequestObservation, index: number): Fault[] {
  const faults: Fault[] = [];
  if (!Number.isFinite(startedAtMs))
    faults.push({ path: `/${index}/startedAtMs`, code: 'not_finite', message: 'must be a finite number of milliseconds' });
  if (durationMs !== null && !(Number.isFinite(durationMs) && durationMs >= 0)) {
    faults.push({
      path: `/${index}/durationMs`,
      code: 'not_a_duration',
      message: 'must be null or a finite number of milliseconds, not negative',
    });
  }
  if (typeof ok !== 'boolean') faults.push({ path: `/${index}/ok`, code: 'not_boolean', message: 'must be true or false' });
  return faults;
}
