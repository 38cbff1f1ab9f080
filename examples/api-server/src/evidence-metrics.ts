// Events of receiving evidence as metrics of this server; labels are closed sets.
import type { ReceiveEvent } from '@promotable/sdk-evidence/server';
import { listedLabels } from '@promotable/telemetry';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Time of MC alone, seconds. */
const receiveBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.7, 1, 2.5, 5];
/** From the publisher's call to the answer, its waiting included, seconds; 60 is what the alert asks about. */
const publishBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120];

/** Registers the metrics and answers the listener that feeds them. */
export function evidenceMetrics(registry: Registry, environments: readonly string[]): (event: ReceiveEvent) => void {
  const registers = [registry];
  const environmentOf = listedLabels([...environments, 'none', 'unknown']);
  const counter = (name: string, help: string, labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const received = counter('evidence_received_total', 'Publishes of evidence by what became of them.', ['outcome', 'code']);
  const seconds = histogram('evidence_receive_duration_seconds', 'Time to take evidence in, by outcome.', ['outcome'], receiveBuckets);
  const latency = histogram(
    'evidence_publish_latency_seconds',
    'Time from the call of the publisher to the answer of MC, earlier attempts and waiting included.',
    ['environment', 'outcome'],
    publishBuckets,
  );
  const retries = counter('evidence_publish_retries_total', 'Further attempts of publishers that arrived.', ['environment']);
  const dedupes = counter('evidence_publish_dedupe_total', 'Publishes of what was on record already.', ['environment']);
  const failures = counter('evidence_publish_failures_total', 'Publishes that got no receipt, by error code.', ['environment', 'code']);
  return (event) => {
    const { outcome, attempt } = event;
    const code = event.code ?? (outcome === 'accepted' ? 'none' : 'INTERNAL');
    const environment = environmentOf(event.environment);
    received.inc({ outcome, code });
    seconds.observe({ outcome }, event.seconds);
    latency.observe({ environment, outcome }, event.sinceAskedSeconds);
    if (attempt > 1) retries.inc({ environment });
    if (outcome === 'duplicate') dedupes.inc({ environment });
    if (outcome === 'refused' || outcome === 'failed') failures.inc({ environment, code });
  };
}
