import type { EvidenceEvents } from './events.ts';

/** A metric as it is declared in a registry. */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

/** Where metrics are kept. A prom-client registry serves: `{histogram: (o) => new Histogram({...o, registers}), counter: (o) => new Counter({...o, registers})}`. */
export interface MetricRegistry {
  histogram(options: MetricOptions & { readonly buckets: number[] }): { observe(labels: Record<string, string>, value: number): void };
  counter(options: MetricOptions): { inc(labels: Record<string, string>): void };
}

/** Counts events in the four metrics that dashboards and alerts name; seconds. Answers a function that stops it. */
export function evidenceMetrics(events: EvidenceEvents, registry: MetricRegistry): () => void {
  const latency = registry.histogram({
    name: 'evidence_publish_latency_seconds',
    help: 'Time from the call to its outcome, retries and waiting included.',
    labelNames: ['environment', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
  });
  const retries = registry.counter({
    name: 'evidence_publish_retries_total',
    help: 'Further attempts after a failed one, by what failed.',
    labelNames: ['environment', 'code'],
  });
  const dedupes = registry.counter({
    name: 'evidence_publish_dedupe_total',
    help: 'Records that MC had already; many of them point to a pipeline loop.',
    labelNames: ['environment'],
  });
  const failures = registry.counter({
    name: 'evidence_publish_failures_total',
    help: 'Calls that ended without a receipt, by error code.',
    labelNames: ['environment', 'code'],
  });
  return events.on((event) => {
    const { environment } = event;
    switch (event.type) {
      case 'retry':
        return retries.inc({ environment, code: event.code });
      case 'accepted':
        return latency.observe({ environment, outcome: 'accepted' }, event.seconds);
      case 'duplicate':
        dedupes.inc({ environment });
        return latency.observe({ environment, outcome: 'duplicate' }, event.seconds);
      case 'failed':
        failures.inc({ environment, code: event.code });
        return latency.observe({ environment, outcome: 'failed' }, event.seconds);
      case 'attempt':
      case 'spooled':
        return undefined;
    }
  });
}
