// Metrics for modules that declare theirs by shape and import no metrics library.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A metric as it is declared in a registry. */
export interface MetricDeclaration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

/** A gauge's values at the moment of a scrape. */
export type GaugeReading = readonly { readonly labels: Record<string, string>; readonly value: number }[];

/** Makes metrics in one registry. */
export interface ModuleMetrics {
  counter(declaration: MetricDeclaration): { inc(labels: Record<string, string>, value?: number): void };
  histogram(declaration: MetricDeclaration & { readonly buckets: number[] }): {
    observe(labels: Record<string, string>, value: number): void;
    /** Shows the series before its first observation. */
    zero(labels: Record<string, string>): void;
  };
  /** `read` is called at each scrape; what it does not name is gone. */
  gauge(declaration: MetricDeclaration, read: () => GaugeReading): void;
}

/** Makes metrics in the registry that a module is given with its routes. */
export function metricFactory(registry: Registry): ModuleMetrics {
  const registers = [registry];
  return {
    counter: (declaration) => new Counter({ ...declaration, registers }),
    histogram: (declaration) => new Histogram({ ...declaration, registers }),
    gauge(declaration, read) {
      new Gauge({
        ...declaration,
        registers,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.set(labels, value);
        },
      });
    },
  };
}
