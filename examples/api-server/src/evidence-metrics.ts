// Events of receiving evidence as metrics of this server; labels are closed sets.
import type { ReceiveEvent } from '@promotable/sdk-evidence/server';
import { Counter, Histogram, type Registry } from 'prom-client';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.7, 1, 2.5, 5];

/** Registers the metrics and answers the listener that feeds them. */
export function evidenceMetrics(registry: Registry): (event: ReceiveEvent) => void {
  const received = new Counter({
    name: 'evidence_received_total',
    help: 'Publishes of evidence by what became of them.',
    labelNames: ['outcome', 'code'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'evidence_receive_duration_seconds',
    help: 'Time to take evidence in, by outcome.',
    labelNames: ['outcome'],
    buckets,
    registers: [registry],
  });
  return (event) => {
    received.inc({ outcome: event.outcome, code: event.code ?? 'none' });
    seconds.observe({ outcome: event.outcome }, event.seconds);
  };
}
