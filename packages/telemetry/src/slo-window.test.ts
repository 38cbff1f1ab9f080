import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TelemetryError } from './errors.ts';
import type { RequestObservation } from './observation.ts';
import { type SloWindow, sloWindow } from './slo-window.ts';

const request = (startedAtMs: number, durationMs: number | null, ok = true): RequestObservation => ({ startedAtMs, durationMs, ok });

/** Whole milliseconds, so that sums are exact and every boundary is hit. */
const observation = fc.record({
  startedAtMs: fc.integer({ min: 0, max: 60 }),
  durationMs: fc.option(fc.integer({ min: 0, max: 60 })),
  ok: fc.boolean(),
});
const observations = fc.array(observation, { maxLength: 80 });
const bounds = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 25 }))
  .map(([fromMs, length]) => ({ fromMs, untilMs: fromMs + length }));

const isOpenAt = (at: number) => (o: RequestObservation) =>
  o.startedAtMs < at && (o.durationMs === null || o.startedAtMs + o.durationMs >= at);

/** Steps through the window a millisecond at a time, as someone watching would. */
function watched(all: RequestObservation[], fromMs: number, untilMs: number): SloWindow | null {
  const latencies: number[] = [];
  let answered = 0;
  let failed = 0;
  for (let now = fromMs; now < untilMs; now += 1) {
    for (const o of all) {
      if (o.durationMs !== null && o.startedAtMs + o.durationMs === now) {
        answered += 1;
        failed += o.ok ? 0 : 1;
      }
      if (o.startedAtMs === now) latencies.push(Math.min(o.durationMs ?? Infinity, untilMs - now));
    }
  }
  latencies.sort((a, b) => a - b);
  const share = (percent: number) =>
    latencies.find((value) => latencies.filter((other) => other <= value).length * 100 >= percent * latencies.length);
  const [p95Ms, p99Ms] = [share(95), share(99)];
  if (p95Ms === undefined || p99Ms === undefined) return null;
  return {
    fromMs,
    untilMs,
    samples: latencies.length,
    p95Ms,
    p99Ms,
    answered,
    errorRate: answered === 0 ? 1 : failed / answered,
    open: all.filter(isOpenAt(untilMs)).length,
  };
}

describe('sloWindow', () => {
  it('equals what someone watching each millisecond would have written down', () => {
    fc.assert(
      fc.property(observations, bounds, (all, window) => {
        expect(sloWindow(all, window)).toEqual(watched(all, window.fromMs, window.untilMs) ?? { absent: 'NO_SAMPLES' });
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on the order of the observations', () => {
    fc.assert(
      fc.property(observations, bounds, (all, window) => {
        expect(sloWindow(all.toReversed(), window)).toEqual(sloWindow(all, window));
      }),
    );
  });

  it('does not depend on anything that happens after its end', () => {
    fc.assert(
      fc.property(observations, bounds, (all, window) => {
        const known = all
          .map((o) => (isOpenAt(window.untilMs)(o) ? { ...o, durationMs: null, ok: false } : o))
          .filter((o) => o.startedAtMs < window.untilMs);
        expect(sloWindow(known, window)).toEqual(sloWindow(all, window));
      }),
    );
  });

  it('shares every request and every answer out to exactly one of two consecutive windows', () => {
    const counts = (all: RequestObservation[], fromMs: number, untilMs: number) => {
      // An early probe request keeps the window from being absent.
      const measured = sloWindow([...all, request(fromMs, 0)], { fromMs, untilMs });
      if ('absent' in measured) throw new Error('the probe was lost');
      return { samples: measured.samples - 1, answered: measured.answered - 1, open: measured.open };
    };
    fc.assert(
      fc.property(observations, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 31, max: 60 }), (all, middle, end) => {
        const [first, second, both] = [counts(all, 0, middle), counts(all, middle, end), counts(all, 0, end)];
        expect(first.samples + second.samples).toBe(both.samples);
        expect(first.answered + second.answered).toBe(both.answered);
        expect(first.open + second.samples).toBe(second.answered + second.open);
      }),
    );
  });

  it('counts a request that is open at the end with its age, so that a queue cannot hide behind answers that never come', () => {
    const stuck = Array.from({ length: 100 }, (_, index) => request(index * 10, null));
    expect(sloWindow(stuck, { fromMs: 0, untilMs: 1000 })).toMatchObject({ samples: 100, p95Ms: 950, p99Ms: 990, open: 100 });
  });

  it('leaves a request that began before the window to the window before, and its late failure to this one', () => {
    const slow = request(990, 500, false);
    const quick = Array.from({ length: 9 }, (_, index) => request(1000 + index, 5));
    expect(sloWindow([slow], { fromMs: 0, untilMs: 1000 })).toMatchObject({ samples: 1, p95Ms: 10, answered: 0, open: 1 });
    expect(sloWindow([slow, ...quick], { fromMs: 1000, untilMs: 2000 })).toMatchObject({
      samples: 9,
      p95Ms: 5,
      answered: 10,
      errorRate: 0.1,
      open: 0,
    });
  });

  it('still shows as open what has been stuck since before the window', () => {
    expect(sloWindow([request(0, null), request(1000, 5)], { fromMs: 1000, untilMs: 2000 })).toMatchObject({
      samples: 1,
      p95Ms: 5,
      open: 1,
    });
  });

  it('rates a version that answered nothing as failing, not as free of errors', () => {
    expect(sloWindow([request(10, null), request(20, null)], { fromMs: 0, untilMs: 100 })).toMatchObject({ answered: 0, errorRate: 1 });
  });

  it('says that there are no samples rather than report zeros', () => {
    expect(sloWindow([], { fromMs: 0, untilMs: 100 })).toEqual({ absent: 'NO_SAMPLES' });
    expect(sloWindow([request(100, 1), request(-1, 5)], { fromMs: 0, untilMs: 100 })).toEqual({ absent: 'NO_SAMPLES' });
  });

  it('refuses a window that does not end after it begins', () => {
    for (const [fromMs, untilMs] of [
      [5, 5],
      [6, 5],
      [Number.NaN, 5],
      [0, Infinity],
    ] as const) {
      expect(() => sloWindow([], { fromMs, untilMs })).toThrow(expect.objectContaining({ code: 'INVALID_WINDOW' }));
    }
  });

  it('lists every fault of the observations with its path instead of measuring the rest', () => {
    const measure = () =>
      sloWindow([request(1, 1), request(Number.NaN, -1), { startedAtMs: 1, durationMs: Infinity, ok: 'yes' as unknown as boolean }], {
        fromMs: 0,
        untilMs: 10,
      });
    expect(measure).toThrow(TelemetryError);
    expect(measure).toThrow(
      expect.objectContaining({
        code: 'INVALID_OBSERVATION',
        faults: ['/1/startedAtMs', '/1/durationMs', '/2/durationMs', '/2/ok'].map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});
