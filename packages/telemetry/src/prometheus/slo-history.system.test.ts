import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyTemplate } from './metric-families.ts';
import { createPrometheusClient } from './prometheus-client.ts';
import { type SloHistoryOptions, sloHistory } from './slo-history.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const windowMs = 20 * minute;
const end = Math.floor(Date.now() / windowMs) * windowMs;

/** A release that took over from the one before; what it answers is up to the hour of its life. */
const release = (hash: string, fromMs: number, untilMs: number, seconds: (hour: number) => number): ScrapedPod => ({
  labels: { job: 'checkout', hash },
  fromMs,
  untilMs,
  everyMs: 4 * minute,
  answered: (at) => [{ status: '200', seconds: seconds(Math.floor((at - fromMs) / (60 * minute))), count: 40 }],
});
const history = `${requestHistory(
  [
    release('first', end - 2 * day, end - day, () => 0.04),
    // Slow in its third hour.
    release('second', end - day, end, (hour) => (hour === 2 ? 0.9 : 0.04)),
  ],
  { bounds: [0.05, 0.1, 0.5, 1] },
)}# EOF\n`;

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ history });
});
afterAll(() => prometheus?.stop());

const clock = { now: () => end + minute, monotonic: () => performance.now() };
const read = (changes: Partial<SloHistoryOptions> = {}) =>
  sloHistory({
    client: createPrometheusClient({ url: prometheus.url, clock }),
    template: familyTemplate('otel'),
    matchers: { job: 'checkout' },
    days: 2,
    windowMs,
    clock,
    ...changes,
  });

describe('the past', () => {
  it('is read in windows of a length, day by day, with the figures that were served', async () => {
    const heard: number[] = [];
    const past = await read({ onDay: (number) => heard.push(number) });
    expect(heard).toEqual([1, 2]);
    expect(past.map(({ fromMs, untilMs }) => [fromMs, untilMs])).toEqual([2, 1].map((ago) => [end - ago * day, end - (ago - 1) * day]));
    const windows = past.flatMap((each) => each.windows);
    // The very first one has no sample at its beginning.
    expect(windows.length).toBeGreaterThanOrEqual(2 * 72 - 2);
    expect(new Set(windows.map(({ release: name }) => name))).toEqual(new Set([null]));
    expect(windows[10]).toMatchObject({ samples: 200, p95Ms: 47.5, errorRate: 0 });
    expect(windows.filter(({ p95Ms }) => p95Ms > 500).length).toBeGreaterThanOrEqual(3);
  });

  it('tells releases apart where it is told how', async () => {
    const windows = (await read({ releaseLabel: 'hash' })).flatMap((each) => each.windows);
    const slow = windows.filter(({ p95Ms }) => p95Ms > 500);
    expect(new Set(windows.map(({ release: name }) => name))).toEqual(new Set(['first', 'second']));
    expect(new Set(slow.map(({ release: name }) => name))).toEqual(new Set(['second']));
    const template = { ...familyTemplate('otel'), latency: { p95: 'max(p95{$selector}[$window])' } };
    await expect(read({ releaseLabel: 'hash', template })).rejects.toMatchObject({ code: 'INVALID_TEMPLATE' });
  });

  it('counts what says nothing and leaves it out', async () => {
    const past = await read({ template: familyTemplate('otel', { statusLabel: 'code' }) });
    expect(past.flatMap(({ windows }) => windows)).toEqual([]);
    for (const { unusable } of past) expect(unusable['STATUS_LABEL_ABSENT']).toBeGreaterThan(70);
  });

  it('of a service that nobody knows is an error, and no good past', async () => {
    await expect(read({ matchers: { job: 'unknown' } })).rejects.toMatchObject({ code: 'NO_SERIES' });
  });
});
