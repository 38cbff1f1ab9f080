// When a stage is measured: pure arithmetic, so that every replica measures the same window.
import type { TimeWindow } from '../observation.ts';

/** A stage of a rollout and how it is measured. All times are milliseconds. */
export interface StageTiming {
  /** When MC was first asked about the stage, since the Unix epoch. */
  readonly startedAtMs: number;
  /** Time after the start in which no window may begin. */
  readonly warmUpMs: number;
  /** How long a window is. */
  readonly windowMs: number;
  /** Windows end at multiples of this since the Unix epoch. */
  readonly everyMs: number;
}

/** States that there is no window yet; never rendered as a zero. */
export interface WindowPending {
  readonly absent: 'WINDOW_PENDING';
  /** When there will be one, milliseconds since the Unix epoch. */
  readonly dueAtMs: number;
}

/** How far a window may grow while there is little traffic, milliseconds. */
export const longestWindowMs = 3_600_000;

/**
 * The window to measure now: it ends at the grid and begins after the warm-up. Early in a stage it is shorter than it should be, which holds a good
 * canary and can already convict a bad one; below one step of the grid (or one window, if that is less) there is none.
 */
export function stageWindow(nowMs: number, timing: StageTiming): TimeWindow | WindowPending {
  const { windowMs, everyMs } = timing;
  const earliestMs = earliestStart(timing);
  const untilMs = Math.floor(nowMs / everyMs) * everyMs;
  const fromMs = Math.max(earliestMs, untilMs - windowMs);
  const leastMs = Math.min(windowMs, everyMs);
  if (untilMs - fromMs < leastMs) return { absent: 'WINDOW_PENDING', dueAtMs: Math.ceil((earliestMs + leastMs) / everyMs) * everyMs };
  return { fromMs, untilMs };
}

/** The same window twice as long, as far as the stage and an hour go; null when it cannot grow. A window that is still short of its length does not grow. */
export function widerWindow({ fromMs, untilMs }: TimeWindow, timing: StageTiming): TimeWindow | null {
  const lengthMs = untilMs - fromMs;
  if (lengthMs < timing.windowMs) return null;
  const wider = Math.max(earliestStart(timing), untilMs - Math.min(longestWindowMs, 2 * lengthMs));
  return wider < fromMs ? { fromMs: wider, untilMs } : null;
}

/** The first moment at which a window of the stage may begin. */
export function earliestStart({ startedAtMs, warmUpMs }: StageTiming): number {
  return Math.ceil(startedAtMs + warmUpMs);
}
