// The dashboards and alert rules as they are shipped.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const observability = join(import.meta.dirname, '../../observability');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly datasource: { readonly uid: string };
    readonly legendFormat: string;
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

export function dashboards(): (Dashboard & { readonly file: string })[] {
  const directory = join(observability, 'dashboards');
  return readdirSync(directory).map((file) => ({ file, ...(JSON.parse(readFileSync(join(directory, file), 'utf8')) as Dashboard) }));
}

export interface Query {
  /** Where it stands, for messages. */
  readonly place: string;
  readonly expression: string;
}

/** Every query of a dashboard, with values for its variables. */
export function queriesOf({ file, panels, templating }: Dashboard & { readonly file: string }, job: string, range: string): Query[] {
  const fill = (expression: string): string =>
    expression
      .replaceAll('$__rate_interval', range)
      .replaceAll('$job', job)
      .replaceAll(/\$(environment|stage|route)/g, '.*');
  const asked = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, refId }) => ({ place: `${file}: ${title} ${refId}`, expression: fill(expr) })),
  );
  const listed = templating.list.flatMap(({ name, definition }) => {
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? '') ?? [];
    return metric === undefined ? [] : [{ place: `${file}: variable ${name}`, expression: `count by (${label}) (${metric})` }];
  });
  return [...asked, ...listed];
}

/** Rule files without their tests. */
export function ruleFiles(): string[] {
  return readdirSync(join(observability, 'alerts')).filter((file) => !file.endsWith('.test.yaml'));
}

export function ruleTests(): string[] {
  return readdirSync(join(observability, 'alerts')).filter((file) => file.endsWith('.test.yaml'));
}

/** Alerts and recording rules of a file, as text: names, expressions and runbooks are all that is asked of them here. */
export function alertsOf(file: string): { readonly alert: string; readonly severity: string; readonly runbook: string }[] {
  const text = readFileSync(join(observability, 'alerts', file), 'utf8');
  return text
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((rule) => ({
      alert: /^\S+/.exec(rule)?.[0] ?? '',
      severity: /severity: (\S+)/.exec(rule)?.[1] ?? '',
      runbook: /runbook_url: (\S+)/.exec(rule)?.[1] ?? '',
    }));
}
