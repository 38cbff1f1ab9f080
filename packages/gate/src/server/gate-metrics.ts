// The gate's metrics by their fixed names. Decisions are counted when recorded, not when polled; labels are a closed set.
import type { GateEvents } from './gate-events.ts';

/** Makes metrics in the server's registry; classes of `prom-client` fit after `registers` is added. */
export interface MetricFactory {
  counter(definition: MetricDefinition): { inc(labels: Record<string, string>): void };
  histogram(definition: MetricDefinition & { readonly buckets: number[] }): {
    observe(labels: Record<string, string>, value: number): void;
  };
}

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

const answerBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const holdBuckets = [15, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200];

/** Maps events to `rollout_gate_*`; `stage` is a listed stage or `other`, so a caller cannot add series. */
export function gateMetrics(factory: MetricFactory): GateEvents {
  const counter = (verdict: string) =>
    factory.counter({
      name: `rollout_gate_${verdict}_total`,
      help: `Decisions recorded with the verdict ${verdict}.`,
      labelNames: ['stage'],
    });
  const decisions = { pass: counter('pass'), fail: counter('fail'), hold: counter('hold') };
  const holds = factory.histogram({
    name: 'rollout_gate_hold_seconds',
    help: 'How long a question was held before it passed or failed.',
    labelNames: ['stage'],
    buckets: holdBuckets,
  });
  const answers = factory.histogram({
    name: 'rollout_gate_duration_seconds',
    help: 'Time to answer a question of a gate.',
    labelNames: ['verdict'],
    buckets: answerBuckets,
  });
  return {
    onDecision({ decision, heldForMs, isListedStage }) {
      const labels = { stage: isListedStage ? (decision.subject.stage ?? 'other') : 'other' };
      decisions[decision.verdict].inc(labels);
      if (heldForMs !== null) holds.observe(labels, heldForMs / 1000);
    },
    onAnswer({ verdict, durationMs }) {
      answers.observe({ verdict }, durationMs / 1000);
    },
  };
}
