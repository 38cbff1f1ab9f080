import { expect, it } from 'vitest';
import { readiness } from './readiness.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

it('runs one round of checks however many ask at once', async () => {
  let rounds = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ask = readiness({
    checks: [
      {
        name: 'db',
        check: () => {
          rounds += 1;
          return gate;
        },
      },
    ],
    clock: { now: () => 0, monotonic: () => 0 },
    log,
  });
  const answers = Array.from({ length: 20 }, () => ask());
  release();
  expect(new Set(await Promise.all(answers)).size).toBe(1);
  expect(rounds).toBe(1);
});

it('tells a check that its time is over', async () => {
  let told: AbortSignal | undefined;
  const ask = readiness({
    checks: [
      {
        name: 'db',
        check: (signal) => {
          told = signal;
          return new Promise(() => {});
        },
      },
    ],
    clock: { now: () => 0, monotonic: () => 0 },
    log,
    deadlineMs: 5,
  });
  expect(await ask()).toEqual({ ready: false, checks: [{ name: 'db', status: 'timeout' }] });
  expect(told?.aborted).toBe(true);
});
