// What an adapter shows Prometheus: the gate's fixed names as seen from the cluster, and who is held. Labels are closed sets.
import { listedLabels } from '@promotable/telemetry';
import type { AdapterEvents } from './adapter-events.ts';
import { holdLevels, type HoldWatch } from './hold-watch.ts';

/** A metric as it is declared in a registry. */
export interface AdapterMetric {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

/** A gauge's values at the moment of a scrape. */
export type GaugeValues = readonly { readonly labels: Record<string, string>; readonly value: number }[];

/** Makes metrics in a registry, e.g. with `prom-client`. */
export interface AdapterMetricFactory {
  counter(definition: AdapterMetric): { inc(labels: Record<string, string>, value?: number): void };
  histogram(definition: AdapterMetric & { readonly buckets: number[] }): { observe(labels: Record<string, string>, value: number): void };
  /** `read` is called at each scrape; what it does not name is gone. */
  gauge(definition: AdapterMetric, read: () => GaugeValues): void;
}

const answerBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 10];
const holdBuckets = [15, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200];

/** Maps events to `rollout_gate_*`: verdicts are counted when they change, not when they are polled for. Environments that are not named are `other`. */
export function adapterMetrics(
  factory: AdapterMetricFactory,
  { holds, environments }: { readonly holds: Pick<HoldWatch, 'counts'>; readonly environments: readonly string[] },
): AdapterEvents {
  const environmentOf = listedLabels(environments);
  const place = ['environment'];
  const verdict = (name: string) =>
    factory.counter({ name: `rollout_gate_${name}_total`, help: `Answers that turned to ${name}.`, labelNames: place });
  const verdicts = { pass: verdict('pass'), fail: verdict('fail'), hold: verdict('hold') };
  for (const counter of Object.values(verdicts)) for (const environment of environments) counter.inc({ environment }, 0);
  const answers = factory.counter({
    name: 'rollout_gate_answers_total',
    help: 'Every answer: its verdict, and what it rests on.',
    labelNames: ['verdict', 'source'],
  });
  const reasons = factory.counter({
    name: 'rollout_gate_reasons_total',
    help: 'Reasons of answers that turned to fail or hold.',
    labelNames: ['environment', 'verdict', 'code'],
  });
  const durations = factory.histogram({
    name: 'rollout_gate_duration_seconds',
    help: 'Time to answer a question of a rollout, MC included.',
    labelNames: ['environment', 'verdict'],
    buckets: answerBuckets,
  });
  const held = factory.histogram({
    name: 'rollout_gate_hold_seconds',
    help: 'How long a question was held before it passed or failed.',
    labelNames: place,
    buckets: holdBuckets,
  });
  const levels = factory.counter({
    name: 'rollout_gate_hold_level_total',
    help: 'Times that an environment came to have a hold of this level: notify, page or pause.',
    labelNames: ['environment', 'level'],
  });
  for (const environment of environments) for (const level of holdLevels) levels.inc({ environment, level }, 0);
  factory.gauge(
    {
      name: 'rollout_gate_held',
      help: 'Questions held now, by the highest level that they have reached.',
      labelNames: ['environment', 'level'],
    },
    () => heldNow(holds, environmentOf, environments),
  );
  return {
    onAnswer({ question, answer, isNew, durationMs, heldForMs }) {
      const environment = environmentOf(question.environment);
      answers.inc({ verdict: answer.verdict, source: answer.source });
      durations.observe({ environment, verdict: answer.verdict }, durationMs / 1000);
      if (heldForMs !== null) held.observe({ environment }, heldForMs / 1000);
      if (!isNew) return;
      verdicts[answer.verdict].inc({ environment });
      if (answer.verdict !== 'pass') for (const { code } of answer.reasons) reasons.inc({ environment, verdict: answer.verdict, code });
    },
    onHold({ environment, level, state }) {
      if (state === 'reached') levels.inc({ environment: environmentOf(environment), level });
    },
  };
}

/** Named environments show zeros, so that an alert sees the end of a hold. */
function heldNow(holds: Pick<HoldWatch, 'counts'>, environmentOf: (name: string) => string, environments: readonly string[]): GaugeValues {
  const values = new Map<string, { labels: Record<string, string>; value: number }>();
  const add = (environment: string, level: string, count: number): void => {
    const key = JSON.stringify([environment, level]);
    values.set(key, { labels: { environment, level }, value: (values.get(key)?.value ?? 0) + count });
  };
  for (const environment of environments) for (const level of ['waiting', ...holdLevels]) add(environment, level, 0);
  for (const { environment, level, count } of holds.counts()) add(environmentOf(environment), level, count);
  return [...values.values()];
}
