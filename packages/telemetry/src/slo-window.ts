import type { Fault } from '@promotable/contracts';
import { TelemetryError } from './errors.ts';
import { nearestRank } from './nearest-rank.ts';
import { assertWindow, observationFaults, type RequestObservation, type TimeWindow } from './observation.ts';

/** What one version did in one window. Latencies in milliseconds, exact (nearest rank). */
export interface SloWindow extends TimeWindow {
  /** Requests that started in the window, answered or not. */
  readonly samples: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Requests whose answer, good or bad, came in the window. */
  readonly answered: number;
  /** Failed answers / answers, 0 to 1; 1 when requests were sent and not one was answered. */
  readonly errorRate: number;
  /** Requests still open when the window ended, whenever they started. */
  readonly open: number;
}

/** States that nothing was measured; never rendered as a zero. */
export interface NoSamples {
  readonly absent: 'NO_SAMPLES';
}

/** At most this many faults are listed; the rest would only repeat them. */
const listedFaults = 100;

/**
 * Measures one window of requests.
 *
 * A request belongs to the window it *starts* in: finished by then with its duration, else with its age at the window's end. So consecutive windows
 * share out the requests, none twice and none forgotten, and a queue shows at once as ages, before its first slow answer. One that started before
 * the window and ends in it was a sample of the window before; were it counted by its end, it would either be a sample of both or its wait would
 * stay unseen until it is over. What the boundary cuts off is only how long that one request goes on: those queued behind it start in this window.
 *
 * An *answer* belongs to the window it comes in, or a failure that takes longer than the rest of its window would be in none. Hence
 * `open at the start + samples = answered + open at the end`. The result depends on nothing that happens after the window's end, however late it is computed.
 *
 * @throws TelemetryError `INVALID_WINDOW`, `INVALID_OBSERVATION` (every fault with its path, at most 100)
 */
export function sloWindow(observations: Iterable<RequestObservation>, window: TimeWindow): SloWindow | NoSamples {
  assertWindow(window);
  const { fromMs, untilMs } = window;
  const latencies: number[] = [];
  const faults: Fault[] = [];
  let index = 0;
  let answered = 0;
  let failed = 0;
  let open = 0;

  for (const observation of observations) {
    faults.push(...observationFaults(observation, index++));
    if (faults.length >= listedFaults) break;
    const { startedAtMs, durationMs, ok } = observation;
    if (startedAtMs >= untilMs) continue;
    const endedAtMs = durationMs === null ? Infinity : startedAtMs + durationMs;
    const isOpen = endedAtMs >= untilMs;
    if (isOpen) open += 1;
    else if (endedAtMs >= fromMs) {
      answered += 1;
      if (!ok) failed += 1;
    }
    if (startedAtMs >= fromMs) latencies.push(isOpen || durationMs === null ? untilMs - startedAtMs : durationMs);
  }

  if (faults.length > 0)
    throw new TelemetryError('INVALID_OBSERVATION', `${faults.length} faults in the observations`, { faults, status: 422 });
  if (latencies.length === 0) return { absent: 'NO_SAMPLES' };
  const sorted = Float64Array.from(latencies).sort();
  return {
    fromMs,
    untilMs,
    samples: sorted.length,
    p95Ms: nearestRank(sorted, 95),
    p99Ms: nearestRank(sorted, 99),
    answered,
    errorRate: answered === 0 ? 1 : failed / answered,
    open,
  };
}
