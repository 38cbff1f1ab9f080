import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { metricFactory } from './metric-factory.ts';

it('a module’s counters, histograms and gauges show in the registry, a gauge as it is at the scrape', async () => {
  const registry = new Registry();
  const metrics = metricFactory(registry);
  metrics.counter({ name: 'asked_total', help: 'h', labelNames: ['verdict'] }).inc({ verdict: 'hold' }, 2);
  const seconds = metrics.histogram({ name: 'answer_seconds', help: 'h', labelNames: ['verdict'], buckets: [1] });
  seconds.zero({ verdict: 'pass' });
  seconds.observe({ verdict: 'hold' }, 0.5);
  let held = [{ labels: { level: 'page' }, value: 3 }];
  metrics.gauge({ name: 'held', help: 'h', labelNames: ['level'] }, () => held);
  const first = await registry.metrics();
  expect(first).toContain('asked_total{verdict="hold"} 2');
  expect(first).toContain('answer_seconds_count{verdict="pass"} 0');
  expect(first).toContain('answer_seconds_bucket{le="1",verdict="hold"} 1');
  expect(first).toContain('held{level="page"} 3');
  held = [{ labels: { level: 'waiting' }, value: 1 }];
  const second = await registry.metrics();
  expect(second).toContain('held{level="waiting"} 1');
  expect(second).not.toContain('level="page"');
});
