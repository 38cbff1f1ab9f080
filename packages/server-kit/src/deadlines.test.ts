import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deadlines } from './deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function expiring(afterMs: number) {
  return {
    deadline: performance.now() + afterMs,
    expired: 0,
    expire() {
      this.expired += 1;
    },
  };
}

it('ends each item once at its own deadline, whatever the order in which they came', () => {
  const all = deadlines(() => performance.now());
  const [late, early, later] = [expiring(300), expiring(20), expiring(301)];
  for (const item of [late, early, later]) all.add(item);
  vi.advanceTimersByTime(19);
  expect([late.expired, early.expired]).toEqual([0, 0]);
  vi.advanceTimersByTime(1);
  expect([late.expired, early.expired]).toEqual([0, 1]);
  vi.advanceTimersByTime(1000);
  expect([late.expired, early.expired, later.expired]).toEqual([1, 1, 1]);
});

it('forgets what has ended in time, and goes on for what comes after', () => {
  const all = deadlines(() => performance.now());
  const [done, first] = [expiring(10), expiring(30)];
  all.add(done);
  all.add(first);
  all.delete(done);
  vi.advanceTimersByTime(30);
  const second = expiring(10);
  all.add(second);
  vi.advanceTimersByTime(10);
  expect([done.expired, first.expired, second.expired]).toEqual([0, 1, 1]);
});

it('keeps one timer however many items wait', () => {
  const all = deadlines(() => performance.now());
  for (let i = 0; i < 100; i += 1) all.add(expiring(1000 + i));
  expect(vi.getTimerCount()).toBe(1);
});
