// The files that a release or SRE engineer loads into Grafana and Prometheus, judged without either.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertsOf, dashboards, observability, queriesOf, ruleFiles, ruleTests } from './testing/observability-files.ts';
import { promqlNames } from './testing/promql.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(dashboards())('dashboard $file', (dashboard) => {
  it('names itself for good, and takes its data source from a variable', () => {
    expect(dashboard.uid).toBe(`promotable-${dashboard.file.replace('.json', '')}`);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const sources = dashboard.panels.flatMap(({ datasource, targets = [] }) => [datasource, ...targets.map((target) => target.datasource)]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own way to name a variable
    expect(new Set(sources.flatMap((source) => (source === undefined ? [] : [source.uid])))).toEqual(new Set(['${datasource}']));
  });

  it('has panels with ids of their own that lie beside each other on 24 columns', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('every panel has a title of its own, a unit, and queries with references of their own', () => {
    const shown = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
    for (const { title, fieldConfig, targets = [] } of shown) {
      expect(fieldConfig?.defaults.unit, title).toMatch(/^(s|short|percentunit|reqps)$/);
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  it('every query can be read, with no variable that the dashboard does not have', () => {
    const known = new Set(['__rate_interval', ...dashboard.templating.list.map(({ name }) => name)]);
    for (const { targets = [], title } of dashboard.panels)
      for (const { expr } of targets)
        for (const [, name] of expr.matchAll(/\$\{?(\w+)/g)) expect(known.has(name ?? ''), `${title}: ${name}`).toBe(true);
    expect(queriesOf(dashboard, 'mc', '1m').flatMap(({ expression }) => promqlNames(expression).fault ?? [])).toEqual([]);
  });
});

describe('alerts', () => {
  const alerts = ruleFiles().flatMap(alertsOf);

  it('are those that the documents ask for, and those of the server itself', () => {
    expect(alerts.map(({ alert }) => alert).sort()).toEqual([
      'EvidencePublishDuplicatesRepeated',
      'EvidencePublishFailureRateHigh',
      'EvidencePublishLatencyHigh',
      'MissionControlDown',
      'MissionControlErrorRateHigh',
      'MissionControlMetricsAbsent',
      'NotificationsDelayed',
      'NotificationsGivenUp',
      'PagesHeldBack',
      'RolloutGateAnswersSlow',
      'RolloutGateFailingConsecutively',
      'RolloutGateHoldingLong',
      'RolloutRollbackSlow',
    ]);
  });

  it.each(alerts)(
    '$alert has a severity, and a runbook that says what it means, what to look at, how to mend and how to silence it',
    ({ alert, severity, runbook }) => {
      expect(severity).toMatch(/^(critical|warning)$/);
      const [, path] = /^https:\/\/github\.com\/promotable\/promotable\/blob\/main\/(.+)$/.exec(runbook) ?? [];
      expect(path).toBe(`docs/runbooks/${alert}.md`);
      expect(existsSync(join(root, path ?? ''))).toBe(true);
      const text = readFileSync(join(root, path ?? ''), 'utf8');
      for (const heading of [`# ${alert}`, '## What it means', '## First look', '## How to mend it', '## How to silence it'])
        expect(text).toContain(`${heading}\n`);
      expect(text).toMatch(/\bmc \w+/);
    },
  );

  it('each has a test in which it fires and one in which it does not', () => {
    const tests = ruleTests().map((file) => readFileSync(join(observability, 'alerts', file), 'utf8'));
    const text = tests.join('\n');
    for (const { alert } of alerts) {
      expect(
        text.match(new RegExp(`alertname: ${alert}\\s+exp_alerts:\\s+- exp_labels`, 'g'))?.length ?? 0,
        `${alert} fires`,
      ).toBeGreaterThan(0);
      const silent = new RegExp(`alertname: ${alert}, exp_alerts: \\[\\]`).test(text);
      const amongOthers = /^(EvidencePublishDuplicatesRepeated|RolloutRollbackSlow|RolloutGateHoldingLong)$/.test(alert);
      // One expectation lists all that fire: a second series of the same test that is not in it does not.
      expect(silent || amongOthers, `${alert} does not fire`).toBe(true);
    }
  });
});
