import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimeWindow } from '../observation.ts';
import type { LabelMatchers } from './label-matchers.ts';
import { measureSlo, type MeasureSloOptions } from './measure-slo.ts';
import { familyTemplate } from './metric-families.ts';
import { createPrometheusClient } from './prometheus-client.ts';

const minute = 60_000;
/** A whole minute, so that windows begin and end at scrapes. */
const end = Math.floor(Date.now() / minute) * minute - minute;
const start = end - 20 * minute;
const window: TimeWindow = { fromMs: end - 5 * minute, untilMs: end };
const pod = (hash: string, answered: ScrapedPod['answered'], changes: Partial<ScrapedPod> = {}): ScrapedPod => ({
  labels: { pod: `checkout-${hash}-x`, rollouts_pod_template_hash: hash },
  fromMs: start,
  untilMs: end + minute,
  everyMs: 15_000,
  answered,
  ...changes,
});
const ok = (count: number, seconds = 0.04) => ({ status: '200', seconds, count });
const evil = 'a"}) or vector(0) #\\ \n`{}';

const history = [
  requestHistory([
    // 4 requests a second: 60 a scrape, 3 of them slow, none failed.
    pod('steady', () => [ok(57), ok(3, 0.3)]),
    // Five errors at once, six minutes into a life without any: their series is born with them and never moves again.
    pod('burst', (at) => [ok(10), ...(at === end - 2 * minute ? [{ status: '500', seconds: 0.04, count: 5 }] : [])]),
    pod('idle', (at) => (at === start ? [ok(100)] : [])),
    pod('gone', () => [ok(10)], { untilMs: end - 30_000 }),
    pod('young', () => [ok(10)], { fromMs: end - 4 * minute }),
    pod('unlabelled', () => [{ ...ok(10), status: '' }]),
    pod('silent', () => [ok(10), { ...ok(2), status: '' }]),
    pod('slow', () => [ok(10, 12)]),
    pod('tail', () => [ok(97), ok(3, 12)]),
    pod('evil', () => [ok(10)], { labels: { rollouts_pod_template_hash: evil } }),
  ]),
  '# EOF\n',
].join('');

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ history });
});
afterAll(() => prometheus.stop());

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const measure = (matchers: LabelMatchers, changes: Partial<MeasureSloOptions> = {}) =>
  measureSlo({
    client: createPrometheusClient({ url: prometheus.url, clock }),
    template: familyTemplate('otel'),
    matchers,
    window,
    nowMs: end + minute,
    ...changes,
  });
const ofPod = (hash: string, changes: Partial<MeasureSloOptions> = {}) => measure({ rollouts_pod_template_hash: hash }, changes);

describe('a window out of a real Prometheus', () => {
  it('has the figures that were served', async () => {
    // Rank 95 of 100 is the last in the bucket up to 50 ms, rank 99 is four fifths into the one from 250 to 500 ms.
    expect(await ofPod('steady')).toEqual({
      samples: 1200,
      failures: 0,
      measure: { p95Ms: 50, p99Ms: 450, errorRate: 0, open: { absent: 'NOT_MEASURED' } },
    });
  });

  it('reads percentiles as the upper bound of their bucket where that is asked for', async () => {
    expect(await ofPod('steady', { reading: 'upper-bound' })).toMatchObject({ measure: { p95Ms: 50, p99Ms: 500 } });
  });

  it('counts a burst of errors whose series is born with it', async () => {
    const { samples, failures, measure: measured } = await ofPod('burst');
    expect({ samples, failures }).toEqual({ samples: 205, failures: 5 });
    expect(measured.errorRate).toBeCloseTo(5 / 205, 10);
  });

  it('takes a request without a status for one that failed', async () => {
    const { measure: measured } = await ofPod('silent');
    expect(measured.errorRate).toBeCloseTo(2 / 12, 10);
  });

  it('leaves out a p99 that lies above the last bucket, and keeps the p95', async () => {
    expect(await ofPod('tail')).toMatchObject({ measure: { p95Ms: expect.any(Number), p99Ms: { absent: 'NOT_MEASURED' } } });
  });

  it.each([
    ['no such pods', 'absent', 'NO_SERIES'],
    ['pods without a request', 'idle', 'NO_TRAFFIC'],
    ['pods that are scraped no more', 'gone', 'LAGGING'],
    ['pods that were not there when the window began', 'young', 'WINDOW_NOT_COVERED'],
    ['series that do not tell what failed', 'unlabelled', 'STATUS_LABEL_ABSENT'],
    ['a p95 that the histogram does not know', 'slow', 'QUANTILE_ABOVE_BUCKETS'],
  ])('%s are no data', async (_what, hash, code) => {
    await expect(ofPod(hash)).rejects.toMatchObject({ code });
  });

  it('asks for the pods that were named, whatever their name holds', async () => {
    expect(await ofPod(evil)).toMatchObject({ samples: 200 });
    await expect(ofPod(`${evil}"`)).rejects.toMatchObject({ code: 'NO_SERIES' });
  });

  it('understands every character that a value may hold', async () => {
    const characters = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
    for (const value of [characters, '\u{1f600}\uffff\ue000']) await expect(ofPod(value)).rejects.toMatchObject({ code: 'NO_SERIES' });
  });
});
