// The gate's metrics by their fixed names. Decisions are counted when recorded, not when polled; labels are closed sets.
import { listedLabels } from '@promotable/telemetry';
import type { GateEvents } from './gate-events.ts';
import { rollbackTimer } from './rollback-timer.ts';

/** Makes metrics in the server's registry; classes of `prom-client` fit after `registers` is added. */
export interface MetricFactory {
  counter(definition: MetricDefinition): { inc(labels: Record<string, string>, value?: number): void };
  histogram(definition: MetricDefinition & { readonly buckets: number[] }): {
    observe(labels: Record<string, string>, value: number): void;
    /** Shows the series before its first observation. @default it appears with that */
    zero?(labels: Record<string, string>): void;
  };
}

/** A metric as it is declared in a registry. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

const answerBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const holdBuckets = [15, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200];
/** 300 is what the document allows. */
const rollbackBuckets = [5, 15, 30, 60, 120, 180, 240, 300, 600, 1800];
/** Maps events to `rollout_gate_*`; `stage` is a listed stage and `environment` one of those named, else `other`: a caller adds no series, and public metrics show no word of a tenant. */
export function gateMetrics(factory: MetricFactory, environments: readonly string[]): GateEvents {
  const environmentOf = listedLabels(environments);
  const rollbackSeconds = rollbackTimer();
  const shown = new Set<string>();
  const place = ['environment', 'stage'];
  const counter = (verdict: string) =>
    factory.counter({ name: `rollout_gate_${verdict}_total`, help: `Decisions recorded with the verdict ${verdict}.`, labelNames: place });
  const decisions = { pass: counter('pass'), fail: counter('fail'), hold: counter('hold') };
  const reasons = factory.counter({
    name: 'rollout_gate_reasons_total',
    help: 'Reasons of recorded decisions that did not pass.',
    labelNames: ['environment', 'verdict', 'code'],
  });
  const holds = factory.histogram({
    name: 'rollout_gate_hold_seconds',
    help: 'How long a question was held before it passed or failed.',
    labelNames: place,
    buckets: holdBuckets,
  });
  const rollbacks = factory.histogram({
    name: 'rollout_gate_rollback_duration_seconds',
    help: 'Time from a fail to the pass of the last stage of the rollback that followed it in the same environment.',
    labelNames: ['environment'],
    buckets: rollbackBuckets,
  });
  const answers = factory.histogram({
    name: 'rollout_gate_duration_seconds',
    help: 'Time to answer a question of a gate.',
    labelNames: ['environment', 'verdict'],
    buckets: answerBuckets,
  });
  // Asked every few seconds: a hold that nobody ends is seen while it lasts, whichever replica answers, and no longer when nobody asks.
  const heldAnswers = factory.histogram({
    name: 'rollout_gate_hold_age_seconds',
    help: 'How long a question had been held each time it was answered with hold.',
    labelNames: ['environment'],
    buckets: holdBuckets,
  });
  return {
    onDecision(event) {
      const { decision, heldForMs, isListedStage } = event;
      const { subject, verdict } = decision;
      const environment = environmentOf(subject.environment);
      const labels = { environment, stage: isListedStage ? (subject.stage ?? 'other') : 'other' };
      // A series that appears with its first event is no increase to Prometheus: each shows as 0 from the first decision at its place on.
      for (const one of Object.values(decisions)) one.inc(labels, 0);
      if (!shown.has(environment)) for (const histogram of [rollbacks, heldAnswers]) histogram.zero?.({ environment });
      shown.add(environment);
      decisions[verdict].inc(labels);
      if (verdict !== 'pass') for (const { code } of decision.reasons) reasons.inc({ environment, verdict, code });
      if (heldForMs !== null) holds.observe(labels, heldForMs / 1000);
      const seconds = rollbackSeconds(event);
      if (seconds !== null) rollbacks.observe({ environment }, seconds);
    },
    onAnswer({ verdict, environment: asked, durationMs, heldForMs }) {
      const environment = environmentOf(asked);
      answers.observe({ environment, verdict }, durationMs / 1000);
      if (heldForMs !== null) heldAnswers.observe({ environment }, heldForMs / 1000);
    },
  };
}
