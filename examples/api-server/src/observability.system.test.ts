// Prometheus scrapes a real MC that real publishers and gates speak to: what it stores, and what dashboards and alerts make of it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Prometheus, promtool, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gateTraffic } from './testing/gate-traffic.ts';
import { dashboards, observability, queriesOf, ruleFiles, ruleTests } from './testing/observability-files.ts';
import { promqlNames } from './testing/promql.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';

const job = 'mission-control';
let mc: RunningMc;
let prometheus: Prometheus;

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function query(
  expression: string,
): Promise<{ readonly status: string; readonly error?: string; readonly samples: readonly Sample[] }> {
  const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const body = (await response.json()) as { status: string; error?: string; data?: { result: Sample[] } };
  return { ...body, samples: body.data?.result ?? [] };
}

async function number(expression: string): Promise<number> {
  const { samples } = await query(expression);
  return samples.reduce((sum, { value }) => sum + Number(value[1]), 0);
}

beforeAll(async () => {
  // Channels are configured and nobody is reached: what is told is not asked about here.
  mc = await runMissionControl(undefined, {
    PAGERDUTY_ROUTING_KEY: 'R'.repeat(32),
    PAGERDUTY_URL: 'http://127.0.0.1:9/v2/enqueue',
    SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/hook',
  });
  const traffic = gateTraffic(mc);
  await traffic.day();
  prometheus = await startPrometheus({
    configuration: JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ruleFiles().map((file) => join(observability, 'alerts', file)),
      scrape_configs: [{ job_name: job, static_configs: [{ targets: [new URL(mc.url).host] }] }],
    }),
  });
  // Increases are seen between two scrapes.
  await vi.waitUntil(async () => (await number(`count(evidence_publish_latency_seconds_count{job="${job}"})`)) > 0, {
    timeout: 20_000,
    interval: 100,
  });
  await traffic.day();
  await vi.waitUntil(async () => (await number('rollout_gate_rollback_duration_seconds_count')) === 1, { timeout: 20_000, interval: 100 });
});

afterAll(async () => {
  await prometheus?.stop();
  await mc?.end();
});

describe('what Prometheus stores', () => {
  it('the target is up, and its metrics pass the linter of Prometheus', async () => {
    expect(await number(`up{job="${job}"}`)).toBe(1);
    const file = join(prometheus.site.directory, 'metrics.txt');
    await writeFile(file, await (await fetch(`${mc.url}/metrics`)).text());
    const checked = await promtool(['check', 'metrics'], { input: file });
    expect(checked).toEqual({ exitCode: 0, output: '' });
  });

  it.each([
    // Two days: a build record that arrives twice, three windows, a second build record; nothing is lost and nothing counted twice.
    ['evidence_publish_latency_seconds_count{environment="none", outcome="accepted"}', 4],
    ['evidence_publish_latency_seconds_count{environment="production", outcome="accepted"}', 6],
    ['evidence_publish_dedupe_total{environment="none"}', 2],
    ['evidence_publish_retries_total{environment="none"}', 2],
    ['evidence_publish_failures_total{environment="unknown", code="BUNDLE_INVALID"}', 2],
    ['evidence_publish_latency_seconds_bucket{le="60"}', 14],
    ['rollout_gate_pass_total{environment="production", stage="20"}', 3],
    ['rollout_gate_pass_total{environment="production", stage="50"}', 3],
    ['rollout_gate_fail_total{environment="production", stage="20"}', 2],
    ['rollout_gate_hold_total{environment="production", stage="20"}', 4],
    ['rollout_gate_hold_total{environment="production", stage="50"}', 2],
    ['rollout_gate_reasons_total{verdict="fail", code="P95_OVER_BUDGET"}', 2],
    ['rollout_gate_duration_seconds_count{environment="production"}', 14],
    ['rollout_gate_hold_age_seconds_bucket{environment="production", le="900"}', 6],
    ['rollout_gate_hold_seconds_count', 6],
    ['rollout_gate_rollback_duration_seconds_count{environment="production"}', 1],
    ['rollout_gate_rollback_duration_seconds_bucket{environment="production", le="300"}', 1],
  ])('%s is %d', async (expression, expected) => {
    expect(await number(expression)).toBe(expected);
  });

  it('the rollback lasted as long as from the fail to the pass of the last stage', async () => {
    expect(await number('rollout_gate_rollback_duration_seconds_sum')).toBeGreaterThanOrEqual(12);
    expect(await number('rollout_gate_rollback_duration_seconds_sum')).toBeLessThan(60);
  });
});

describe('the metrics that the documents name', () => {
  it.each([
    'evidence_publish_latency_seconds_count',
    'evidence_publish_retries_total',
    'evidence_publish_dedupe_total',
    'evidence_publish_failures_total',
    'rollout_gate_pass_total',
    'rollout_gate_fail_total',
    'rollout_gate_duration_seconds_count',
    'rollout_gate_rollback_duration_seconds_count',
  ])('%s tells environments apart', async (metric) => {
    const { samples } = await query(metric);
    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) expect(sample.metric['environment']).toMatch(/^(production|none|unknown|other)$/);
  });
});

describe('dashboards', () => {
  const queries = dashboards().flatMap((dashboard) => queriesOf(dashboard, job, '30s'));

  it('name metrics and labels that MC has, and no others', async () => {
    const exposed = labelsByMetric(await (await fetch(`${mc.url}/metrics`)).text());
    const faults = queries.flatMap(({ place, expression }) => {
      const { selectors, grouping } = promqlNames(expression);
      const unknown = selectors.flatMap(({ metric, labels }) => {
        const known = metric === 'up' ? new Set<string>() : exposed.get(metric);
        if (known === undefined) return [`${place}: no metric ${metric}`];
        return labels
          .filter((label) => !known.has(label) && !targetLabels.has(label))
          .map((label) => `${place}: ${metric} has no label ${label}`);
      });
      const any = new Set(selectors.flatMap(({ metric }) => [...(exposed.get(metric) ?? [])]));
      return [
        ...unknown,
        ...grouping.filter((label) => !any.has(label) && !targetLabels.has(label)).map((label) => `${place}: no label ${label}`),
      ];
    });
    expect(faults).toEqual([]);
  });

  it.each(queries)('$place is answered', async ({ expression }) => {
    const { status, error, samples } = await query(expression);
    expect({ status, error }).toEqual({ status: 'success', error: undefined });
    expect(samples.length, expression).toBeGreaterThan(0);
  });
});

describe('alerts', () => {
  it('are valid', async () => {
    expect(await promtool(['check', 'rules', ...ruleFiles()], { cwd: join(observability, 'alerts') })).toMatchObject({ exitCode: 0 });
  });

  it.each(ruleTests())('%s: each fires when it should and not when it should not', async (file) => {
    expect(await promtool(['test', 'rules', file], { cwd: join(observability, 'alerts') })).toMatchObject({ exitCode: 0 });
  });

  it('are loaded by Prometheus, and name metrics that MC has', async () => {
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await response.json()) as { data: { groups: { rules: { name: string; query: string; health: string }[] }[] } };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules).toHaveLength(13);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const exposed = labelsByMetric(await (await fetch(`${mc.url}/metrics`)).text());
    const named = rules.flatMap((rule) => promqlNames(rule.query).selectors.map(({ metric }) => metric));
    expect(named.filter((metric) => metric !== 'up' && !exposed.has(metric))).toEqual([]);
  });
});

const targetLabels = new Set(['job', 'instance']);

/** Of the text format of Prometheus: every name that has a sample, with the labels it was seen with. */
function labelsByMetric(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name) ?? new Set();
    found.set(name, known);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
  }
  return found;
}
