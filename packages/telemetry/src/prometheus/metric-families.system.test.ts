import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { measurePatiently } from './measure-patiently.ts';
import { measureSlo } from './measure-slo.ts';
import { familyTemplate, type MetricFamily } from './metric-families.ts';
import { nativeExposition, protobufType } from './native-exposition.ts';
import { createPrometheusClient, type PrometheusClient } from './prometheus-client.ts';

const minute = 60_000;
const end = Math.floor(Date.now() / minute) * minute - minute;
const window = { fromMs: end - 5 * minute, untilMs: end };
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Every scrape finds 30 answers in time, 3 late ones and 1 that failed. */
const pod = (labels: Readonly<Record<string, string>>, unit: number, statuses: readonly [string, string]): ScrapedPod => ({
  labels,
  fromMs: end - 10 * minute,
  untilMs: end + minute,
  everyMs: 15_000,
  answered: () => [
    { status: statuses[0], seconds: 0.04 * unit, count: 30 },
    { status: statuses[0], seconds: 0.2 * unit, count: 3 },
    { status: statuses[1], seconds: 0.2 * unit, count: 1 },
  ],
});
const bounds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const counts = ['2', '5'].map((status) =>
  Array.from({ length: 45 }, (_, index) => {
    const time = ((end - 10 * minute + index * 15_000) / 1000).toFixed(0);
    return `envoy_cluster_upstream_rq_xx{envoy_cluster_name="new",envoy_response_code_class="${status}"} ${(index + 1) * (status === '2' ? 33 : 1)} ${time}`;
  }).join('\n'),
);

const history = [
  requestHistory([pod({ hash: 'new' }, 1, ['200', '500'])]),
  requestHistory([pod({ hash: 'new' }, 1, ['204', '503'])], { metric: 'http_request_duration_seconds', statusLabel: 'status_code' }),
  requestHistory(
    [pod({ hash: 'new', reporter: 'destination' }, 1000, ['200', '0']), pod({ hash: 'new', reporter: 'source' }, 1000, ['200', '0'])],
    { metric: 'istio_request_duration_milliseconds', statusLabel: 'response_code', bounds },
  ),
  requestHistory([pod({ exported_service: 'new' }, 1, ['404', '502'])], {
    metric: 'nginx_ingress_controller_request_duration_seconds',
    statusLabel: 'status',
  }),
  requestHistory([pod({ service: 'new@kubernetes' }, 1, ['200', '504'])], {
    metric: 'traefik_service_request_duration_seconds',
    statusLabel: 'code',
  }),
  requestHistory([pod({ envoy_cluster_name: 'new' }, 1000, ['', ''])], { metric: 'envoy_cluster_upstream_rq_time', bounds }),
  `# TYPE envoy_cluster_upstream_rq_xx unknown\n${counts.join('\n')}\n# EOF\n`,
].join('');

let prometheus: Prometheus;
let client: PrometheusClient;
beforeAll(async () => {
  prometheus = await startPrometheus({ history });
  client = createPrometheusClient({ url: prometheus.url, clock });
});
afterAll(() => prometheus?.stop());

describe('every metric family', () => {
  it.each<[MetricFamily, Readonly<Record<string, string>>]>([
    ['otel', { hash: 'new' }],
    ['prom-client', { hash: 'new' }],
    ['istio', { hash: 'new' }],
    ['nginx-ingress', { exported_service: 'new' }],
    ['traefik', { service: 'new@kubernetes' }],
    ['envoy', { envoy_cluster_name: 'new' }],
  ])('%s gives the figures that were served', async (name, matchers) => {
    const { samples, failures, measure } = await measureSlo({
      client,
      template: familyTemplate(name),
      matchers,
      window,
      nowMs: end + minute,
    });
    expect(samples).toBe(20 * 34);
    expect(failures / samples).toBeCloseTo(1 / 34, 10);
    expect(measure.errorRate).toBeCloseTo(1 / 34, 10);
    // 30 of 34 within 50 ms, all within 250: the 95th percentile lies (0.95 · 34 − 30) / 4 into the bucket from 100 to 250 ms.
    expect(measure.p95Ms).toBeCloseTo(100 + 150 * ((0.95 * 34 - 30) / 4), 2);
    expect(measure.p95Ms).toBeCloseTo(await histogramQuantile(name, matchers), 2);
  });

  it('tells what failed by the label that it was told', async () => {
    const template = familyTemplate('prom-client', { statusLabel: 'code' });
    await expect(measureSlo({ client, template, matchers: { hash: 'new' }, window, nowMs: end + minute })).rejects.toMatchObject({
      code: 'STATUS_LABEL_ABSENT',
    });
  });
});

/** What Prometheus itself makes of the same buckets, milliseconds. */
async function histogramQuantile(name: MetricFamily, matchers: Readonly<Record<string, string>>): Promise<number> {
  const { latency, unit } = familyTemplate(name);
  const metric = 'buckets' in latency ? /\(max_over_time\((\w+)\{/.exec(latency.buckets)?.[1] : '';
  const only = name === 'istio' ? 'reporter="destination",' : '';
  const selector = Object.entries(matchers).map(([label, value]) => `${label}="${value}"`);
  const expression = `histogram_quantile(0.95, sum by (le) (increase(${metric}{${only}${selector.join(',')}}[5m])))`;
  const [sample] = await client.instant(expression, { atMs: end });
  return (sample?.value ?? Number.NaN) * (unit === 's' ? 1000 : 1);
}

describe('a native histogram, scraped as it happens', () => {
  it('gives the figures that were served, once the sample at the end of the window is there', async () => {
    let scrapes = 0;
    const target = createServer((_request, response) => {
      scrapes += 1;
      const series = (status: string, count: number, bucket: number) => {
        const labels = { hash: 'new', ...(status === '' ? {} : { http_response_status_code: status }) };
        return { name: 'http_server_request_duration_seconds', labels, count: count * scrapes, bucket };
      };
      response.writeHead(200, { 'content-type': protobufType });
      // Up to 2^-4 s = 62.5 ms and up to 2^-2 s = 250 ms.
      response.end(nativeExposition([series('200', 90, -32), series('500', 10, -16)]));
    });
    await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
    const scraping = await startPrometheus({
      targets: [`127.0.0.1:${(target.address() as AddressInfo).port}`],
      interval: '200ms',
      flags: ['--enable-feature=native-histograms'],
    });
    try {
      const live = createPrometheusClient({ url: scraping.url, clock });
      const fromMs = await secondScrape(live);
      const { samples, measure } = await measurePatiently({
        client: live,
        template: familyTemplate('otel', { native: true }),
        matchers: { hash: 'new' },
        window: { fromMs, untilMs: fromMs + 2000 },
        clock,
        pauseMs: 300,
      });
      expect(samples).toBeGreaterThan(500);
      expect(measure.errorRate).toBeCloseTo(0.1, 5);
      expect(measure.p95Ms).toBeGreaterThan(1000 * 2 ** (-17 / 8));
      expect(measure.p95Ms).toBeLessThanOrEqual(250);
    } finally {
      await scraping.stop();
      target.close();
    }
  });
});

/** When the second sample was stored, milliseconds. */
async function secondScrape(live: PrometheusClient): Promise<number> {
  const isStored = async () => (await live.instant('count_over_time(up[1m]) > 1', { atMs: Date.now() })).length > 0;
  await vi.waitUntil(isStored, { timeout: 20_000, interval: 50 });
  return Date.now();
}
