import type { Clock } from '@promotable/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestObservation } from './observation.ts';
import { createObservationLog, type FinishRequest } from './observation-log.ts';
import { sloWindow } from './slo-window.ts';

/** A clock that moves only when told; the monotonic one has another zero. */
function handClock(startMs = 1_000_000) {
  let nowMs = startMs;
  return { now: () => nowMs, monotonic: () => nowMs - startMs + 77, advance: (ms: number) => (nowMs += ms) } satisfies Clock & {
    advance: (ms: number) => number;
  };
}

describe('createObservationLog', () => {
  it('measures a window of what was started and finished', () => {
    const clock = handClock();
    const log = createObservationLog({ clock });
    const fromMs = clock.advance(1);
    const finish = log.start();
    clock.advance(20);
    finish({ ok: true });
    const failing = log.start();
    clock.advance(30);
    failing({ ok: false });
    log.start();
    const untilMs = clock.advance(40);
    expect(log.window({ fromMs, untilMs })).toEqual({
      fromMs,
      untilMs,
      samples: 3,
      p95Ms: 40,
      p99Ms: 40,
      answered: 2,
      errorRate: 0.5,
      open: 1,
    });
  });

  it('equals the pure measurement of everything recorded, or says that it no longer holds it all', () => {
    const step = fc.record({
      advance: fc.integer({ min: 0, max: 5 }),
      finish: fc.option(fc.record({ which: fc.nat(), ok: fc.boolean() })),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (steps, capacity, back) => {
          const clock = handClock();
          const log = createObservationLog({ capacity, clock });
          clock.advance(1);
          const all: { startedAtMs: number; durationMs: number | null; ok: boolean }[] = [];
          const open: { finish: FinishRequest; observation: (typeof all)[number] }[] = [];
          for (const { advance, finish } of steps) {
            clock.advance(advance);
            if (finish !== null && open.length > 0) {
              const [ended] = open.splice(finish.which % open.length, 1);
              if (ended === undefined) throw new Error('nothing open');
              ended.finish({ ok: finish.ok });
              Object.assign(ended.observation, { durationMs: clock.now() - ended.observation.startedAtMs, ok: finish.ok });
            } else {
              const observation: (typeof all)[number] = { startedAtMs: clock.now(), durationMs: null, ok: false };
              all.push(observation);
              open.push({ finish: log.start(), observation });
            }
          }
          const untilMs = clock.advance(1);
          const window = { fromMs: untilMs - back, untilMs };
          const measured = log.window(window);
          const complete = all.length <= capacity && window.fromMs > 1_000_000;
          if (complete) expect(measured).toEqual(sloWindow(all satisfies RequestObservation[], window));
          else if (!('absent' in measured) || measured.absent === 'NO_SAMPLES') expect(measured).toEqual(sloWindow(all, window));
          else expect(measured).toEqual({ absent: 'NOT_OBSERVED' });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses a window whose requests it had to forget, and measures the next one that it holds', () => {
    const clock = handClock();
    const log = createObservationLog({ capacity: 2, clock });
    const early = clock.advance(1);
    for (let n = 0; n < 3; n += 1) {
      const finish = log.start();
      clock.advance(10);
      finish({ ok: true });
    }
    const untilMs = clock.advance(1);
    expect(log.window({ fromMs: early, untilMs })).toEqual({ absent: 'NOT_OBSERVED' });
    expect(log.window({ fromMs: early + 11, untilMs })).toMatchObject({ samples: 1 });
  });

  it('forgets the oldest first, so that the latest requests up to its capacity can always be measured', () => {
    const clock = handClock();
    const log = createObservationLog({ capacity: 3, clock });
    for (let n = 0; n < 10; n += 1) {
      clock.advance(10);
      log.start()({ ok: true });
    }
    const untilMs = clock.advance(1);
    expect(log.window({ fromMs: untilMs - 21, untilMs })).toMatchObject({ samples: 3 });
    expect(log.window({ fromMs: untilMs - 31, untilMs })).toEqual({ absent: 'NOT_OBSERVED' });
  });

  it('measures nothing while a forgotten request is still open', () => {
    const clock = handClock();
    const log = createObservationLog({ capacity: 1, clock });
    clock.advance(1);
    const forgotten = log.start();
    log.start();
    const fromMs = clock.advance(1);
    log.start()({ ok: true });
    const untilMs = clock.advance(1);
    expect(log.window({ fromMs, untilMs })).toEqual({ absent: 'NOT_OBSERVED' });
    forgotten({ ok: true });
    expect(log.window({ fromMs, untilMs })).toEqual({ absent: 'NOT_OBSERVED' });
  });

  it('does not measure a window before it has ended, nor one that began before the log', () => {
    const clock = handClock();
    const log = createObservationLog({ clock });
    clock.advance(10);
    expect(log.window({ fromMs: clock.now() - 5, untilMs: clock.now() + 1 })).toEqual({ absent: 'WINDOW_NOT_ENDED' });
    expect(log.window({ fromMs: clock.now() - 11, untilMs: clock.now() })).toEqual({ absent: 'NOT_OBSERVED' });
    expect(log.window({ fromMs: clock.now() - 5, untilMs: clock.now() })).toEqual({ absent: 'NO_SAMPLES' });
  });

  it('takes durations from the monotonic clock, so that setting the wall clock back gives no negative ones', () => {
    let wall = 5_000;
    let monotonic = 0;
    const log = createObservationLog({ clock: { now: () => wall, monotonic: () => monotonic } });
    wall = 6_000;
    const finish = log.start();
    wall = 5_500;
    monotonic = 25;
    finish({ ok: true });
    wall = 7_000;
    expect(log.window({ fromMs: 5_001, untilMs: 7_000 })).toMatchObject({ samples: 1, p95Ms: 25 });
  });

  it('lets a request end only once', () => {
    const finish = createObservationLog({ clock: handClock() }).start();
    finish({ ok: true });
    expect(() => finish({ ok: false })).toThrow(expect.objectContaining({ code: 'ALREADY_FINISHED' }));
  });

  it('refuses a capacity that bounds nothing', () => {
    for (const capacity of [0, -1, 1.5, Infinity])
      expect(() => createObservationLog({ capacity, clock: handClock() })).toThrow(expect.objectContaining({ code: 'INVALID_CAPACITY' }));
  });
});
