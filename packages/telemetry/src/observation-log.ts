import type { Clock } from '@promotable/contracts';
import { TelemetryError } from './errors.ts';
import { assertWindow, type TimeWindow } from './observation.ts';
import { type NoSamples, type SloWindow, sloWindow } from './slo-window.ts';

/** How much a log remembers. */
export interface ObservationLogOptions {
  /** How many of the latest requests are kept; older ones are forgotten, and windows that would need them are refused. @default 65_536 */
  readonly capacity?: number;
  readonly clock: Clock;
}

/**
 * Why a window cannot be measured: it has not ended (`WINDOW_NOT_ENDED`), or the log did not see or no longer holds all of it
 * (`NOT_OBSERVED`). A part of the requests is never passed off as the whole.
 */
export interface Unmeasured {
  readonly absent: 'WINDOW_NOT_ENDED' | 'NOT_OBSERVED';
}

/** Ends the observation of one request. */
export type FinishRequest = (outcome: { readonly ok: boolean }) => void;

/** Records requests as they pass, in bounded memory. */
export interface ObservationLog {
  /** Notes an arrival. The returned function notes its answer; a second call throws `ALREADY_FINISHED`. */
  start(): FinishRequest;
  /** Measures a window that has ended; see {@link sloWindow}. @throws TelemetryError `INVALID_WINDOW` */
  window(window: TimeWindow): SloWindow | NoSamples | Unmeasured;
}

interface Entry {
  readonly startedAtMs: number;
  durationMs: number | null;
  ok: boolean;
  evicted: boolean;
}

/**
 * Creates a log that keeps the latest `capacity` requests. Arrivals are dated by the wall clock, durations taken from the monotonic one.
 *
 * @throws TelemetryError `INVALID_CAPACITY` unless the capacity is a whole number above 0
 */
export function createObservationLog({ capacity = 65_536, clock }: ObservationLogOptions): ObservationLog {
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new TelemetryError('INVALID_CAPACITY', `capacity must be a whole number above 0, not ${capacity}`);
  const ring: Entry[] = [];
  let oldest = 0;
  // Windows that begin at or before this instant are not wholly on record.
  let unknownUntilMs = clock.now();
  let evictedOpen = 0;

  function evict(entry: Entry): void {
    entry.evicted = true;
    if (entry.durationMs === null) evictedOpen += 1;
    else unknownUntilMs = Math.max(unknownUntilMs, entry.startedAtMs + entry.durationMs);
  }

  return {
    start() {
      const entry: Entry = { startedAtMs: clock.now(), durationMs: null, ok: false, evicted: false };
      const startedAt = clock.monotonic();
      const replaced = ring.length < capacity ? undefined : ring[oldest];
      if (replaced === undefined) ring.push(entry);
      else {
        evict(replaced);
        ring[oldest] = entry;
        oldest = (oldest + 1) % capacity;
      }
      return ({ ok }) => {
        if (entry.durationMs !== null) throw new TelemetryError('ALREADY_FINISHED', 'a request ends once');
        entry.durationMs = Math.max(0, clock.monotonic() - startedAt);
        entry.ok = ok;
        if (!entry.evicted) return;
        evictedOpen -= 1;
        unknownUntilMs = Math.max(unknownUntilMs, entry.startedAtMs + entry.durationMs);
      };
    },
    window(window) {
      assertWindow(window);
      if (window.untilMs > clock.now()) return { absent: 'WINDOW_NOT_ENDED' };
      if (evictedOpen > 0 || window.fromMs <= unknownUntilMs) return { absent: 'NOT_OBSERVED' };
      return sloWindow(ring, window);
    },
  };
}
