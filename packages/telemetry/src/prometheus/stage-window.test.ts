import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestWindowMs, type StageTiming, stageWindow, widerWindow } from './stage-window.ts';

const minute = 60_000;
const timing: StageTiming = { startedAtMs: 90_500, warmUpMs: minute, windowMs: 5 * minute, everyMs: minute };
const anyTiming = fc.record({
  startedAtMs: fc.integer({ min: 0, max: 1e9 }),
  warmUpMs: fc.integer({ min: 0, max: 300_000 }),
  windowMs: fc.integer({ min: 1000, max: 600_000 }),
  everyMs: fc.integer({ min: 1000, max: 120_000 }),
});

describe('the window of a stage', () => {
  it('ends at the grid, begins after the warm-up, is never longer than the setting, and the same for whoever asks until the next point', () => {
    fc.assert(
      fc.property(anyTiming, fc.integer({ min: 0, max: 2e7 }), (drawn, later) => {
        const now = drawn.startedAtMs + later;
        const window = stageWindow(now, drawn);
        if ('absent' in window) {
          expect(window.dueAtMs).toBeGreaterThan(now);
          expect(stageWindow(window.dueAtMs, drawn)).toHaveProperty('untilMs', window.dueAtMs);
          return;
        }
        expect(window.untilMs % drawn.everyMs).toBe(0);
        expect(window.untilMs).toBeLessThanOrEqual(now);
        expect(window.fromMs).toBeGreaterThanOrEqual(drawn.startedAtMs + drawn.warmUpMs);
        expect(window.untilMs - window.fromMs).toBeLessThanOrEqual(drawn.windowMs);
        expect(stageWindow(window.untilMs + drawn.everyMs - 1, drawn)).toEqual(window);
      }),
      { numRuns: 1000 },
    );
  });

  it('says when there will be one', () => {
    expect(stageWindow(100_000, timing)).toEqual({ absent: 'WINDOW_PENDING', dueAtMs: 4 * minute });
    expect(stageWindow(4 * minute, timing)).toEqual({ fromMs: 150_500, untilMs: 4 * minute });
  });

  it('grows to twice its length, as far as the stage and an hour go', () => {
    const late = { fromMs: 200 * minute, untilMs: 205 * minute };
    expect(widerWindow(late, timing)).toEqual({ fromMs: 195 * minute, untilMs: 205 * minute });
    expect(widerWindow({ fromMs: 5 * minute, untilMs: 10 * minute }, timing)).toEqual({ fromMs: 150_500, untilMs: 10 * minute });
    expect(widerWindow({ fromMs: 150_500, untilMs: 10 * minute }, timing)).toBeNull();
    let window = late;
    for (let wider = widerWindow(late, timing); wider !== null; wider = widerWindow(wider, timing)) window = wider;
    expect(window.untilMs - window.fromMs).toBe(longestWindowMs);
  });

  it('does not grow before it has its length', () => {
    expect(widerWindow({ fromMs: 200 * minute, untilMs: 204 * minute }, timing)).toBeNull();
  });
});
