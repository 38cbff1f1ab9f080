// One measurement of Argo Rollouts' web provider, as v1.10.1 was seen to behave: what it sends, what it makes of an answer, where it fails open.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export type Measurement = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

interface WebMetric {
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: {
    readonly web: {
      readonly method: string;
      readonly url: string;
      readonly timeoutSeconds: number;
      readonly headers: readonly { readonly key: string; readonly value: string }[];
      readonly jsonPath: string;
      readonly jsonBody: Readonly<Record<string, string>>;
    };
  };
}

const manifests = join(import.meta.dirname, '../../manifests');

/** Every document of a manifest. */
export function documentsOf(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(manifests, file), 'utf8')).map((document) => document.toJS() as unknown);
}

/** The metric of the shipped template. */
export function shippedMetric(): WebMetric {
  const template = parse(readFileSync(join(manifests, 'service/analysis-template.yaml'), 'utf8')) as { spec: { metrics: [WebMetric] } };
  return template.spec.metrics[0];
}

/** Asks `baseUrl` as the metric says and judges the answer by its two conditions. */
export async function measure(
  metric: WebMetric,
  args: Readonly<Record<string, string>>,
  baseUrl: string,
): Promise<{ readonly phase: Measurement; readonly value: unknown; readonly status: number | null }> {
  const { method, url, headers, jsonBody, jsonPath, timeoutSeconds } = metric.provider.web;
  if (jsonPath !== '{$}') throw new Error(`only the whole answer is read here, not ${jsonPath}`);
  const filled = (text: string): string =>
    text.replace(/\{\{args\.([a-z-]+)\}\}/g, (_all, name: string) => {
      const value = args[name];
      if (value === undefined) throw new Error(`argument ${name} is not given`);
      return value;
    });
  const response = await fetch(`${baseUrl}${new URL(url).pathname}`, {
    method,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, filled(value)])),
    body: JSON.stringify(Object.fromEntries(Object.entries(jsonBody).map(([key, value]) => [key, filled(value)]))),
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  }).catch(() => null);
  if (response === null) return { phase: 'Error', value: null, status: null };
  const text = await response.text();
  const { status } = response;
  if (status < 200 || status > 299) return { phase: 'Error', value: text, status };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Argo evaluates no condition here: a login page promotes. The adapter must never let it come to this.
    return { phase: 'Successful', value: text, status };
  }
  if (holds(filled(metric.failureCondition), value)) return { phase: 'Failed', value, status };
  return { phase: holds(filled(metric.successCondition), value) ? 'Successful' : 'Inconclusive', value, status };
}

/** The shipped conditions are comparisons of members with texts, joined by `&&`; of expr-lang nothing else is understood here, and nothing else is let through. */
export function holds(condition: string, result: unknown): boolean {
  return condition.split('&&').every((part) => {
    const comparison = /^\s*result\.([a-zA-Z]+) == "([^"\\]*)"\s*$/.exec(part);
    if (comparison === null) throw new Error(`not a comparison: ${part}`);
    const [, member = '', text = ''] = comparison;
    return (result as Record<string, unknown> | null)?.[member] === text;
  });
}
