import { expect, it } from 'vitest';
import { cpuHourUsd, cpuSeconds, estimatedCost, secondsOf } from './unit-cost.ts';

it('prices the CPU time of a request by the hour, and calls it an estimate', () => {
  // 0.4 s for 192 requests is 2083 s for a million, 0.579 h.
  expect(estimatedCost(0.4, 192)).toEqual({
    graphqlPerMillionUsd: Math.round((0.4 / 192 / 3600) * 1e6 * cpuHourUsd * 1e4) / 1e4,
    ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
    estimated: true,
  });
});

it('reads the CPU time of a process, which never runs backwards', async () => {
  const { signal } = new AbortController();
  const before = await cpuSeconds(process.pid, signal);
  for (const until = performance.now() + 50; performance.now() < until; );
  const after = await cpuSeconds(process.pid, signal);
  expect(before).toBeGreaterThan(0);
  expect(after).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
});

it('says that it does not know for a process that is gone', async () => {
  expect(await cpuSeconds(999_999_999, new AbortController().signal)).toBeNull();
});

it.each([
  ['0:01.25', 1.25],
  ['01:02:03', 3723],
  ['', null],
  ['-', null],
])('reads %j of ps as %s seconds', (time, seconds) => {
  expect(secondsOf(time)).toBe(seconds);
});
