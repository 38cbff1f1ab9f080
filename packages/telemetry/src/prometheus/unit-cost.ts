// Unit cost: a price book × what Prometheus saw the pods use. A model, and said to be one.
import type { CostValue } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import type { TimeWindow } from '../observation.ts';
import type { LabelMatchers } from './label-matchers.ts';
import { finite, only } from './no-data.ts';
import type { PriceBook } from './price-book.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import { renderQuery } from './query-template.ts';

/** Which questions measure what pods use, PromQL with the words `$selector` and `$window`; each must have one series as its answer. */
export interface UsageQueries {
  /** CPU seconds used in the window. */
  readonly cpuSeconds: string;
  /** Bytes of memory held on average. */
  readonly memoryBytes: string;
  /** Bytes that left in the window. @default not measured */
  readonly egressBytes?: string;
}

/** What the client libraries of Prometheus tell of their own process. */
export const processUsage: UsageQueries = {
  cpuSeconds: sumOfIncrease('process_cpu_seconds_total{$selector}'),
  memoryBytes: 'sum(avg_over_time(process_resident_memory_bytes{$selector}[$window]))',
};

/**
 * What the kubelet (cAdvisor) tells of the pods of one ReplicaSet, by their names.
 * @throws {TelemetryError} `INVALID_SELECTOR` where the hash is none
 */
export function kubernetesUsage(podTemplateHash: string): UsageQueries {
  if (!/^[A-Za-z0-9]{1,63}$/.test(podTemplateHash))
    throw new TelemetryError('INVALID_SELECTOR', 'a pod template hash has 1 to 63 letters or digits', { status: 400 });
  const pods = `pod=~".+-${podTemplateHash}-[a-z0-9]+",$selector`;
  // The series without a container is the sum of the others.
  return {
    cpuSeconds: sumOfIncrease(`container_cpu_usage_seconds_total{container!="",${pods}}`),
    memoryBytes: `sum(avg_over_time(container_memory_working_set_bytes{container!="",${pods}}[$window]))`,
    egressBytes: sumOfIncrease(`container_network_transmit_bytes_total{${pods}}`),
  };
}

/** Whose use is measured, and what it costs. */
export interface UnitCostOptions {
  readonly client: PrometheusClient;
  readonly prices: PriceBook;
  readonly usage: UsageQueries;
  /** Whose series. */
  readonly matchers: LabelMatchers;
  readonly window: TimeWindow;
  /** Requests in that window. */
  readonly requests: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * US dollars for a million calls: everything that has a price and was used in the window, divided by its requests.
 * @throws {TelemetryError} `NO_TRAFFIC`; `INVALID_PRICE_BOOK` for a price of something that is not measured; `NO_SERIES`, `MANY_SERIES`, `NOT_FINITE`, and what the client throws
 */
export async function unitCost({ client, prices, usage, matchers, window, requests, signal }: UnitCostOptions): Promise<CostValue> {
  if (!(requests > 0)) throw new TelemetryError('NO_TRAFFIC', 'no request to share the cost', { status: 503 });
  const windowMs = window.untilMs - window.fromMs;
  const hours = windowMs / 3_600_000;
  const parts = [
    { what: 'CPU', query: usage.cpuSeconds, usd: prices.cpuHourUsd, perUnit: 1 / 3600 },
    { what: 'memory', query: usage.memoryBytes, usd: prices.memoryGibHourUsd, perUnit: hours / 2 ** 30 },
    { what: 'egress', query: usage.egressBytes, usd: prices.egressGbUsd, perUnit: 1e-9 },
  ];
  const spent = await Promise.all(
    parts.map(async ({ what, query, usd, perUnit }) => {
      if (usd === undefined) return 0;
      if (query === undefined) throw new TelemetryError('INVALID_PRICE_BOOK', `${what} has a price and is not measured`, { status: 400 });
      const samples = await client.instant(renderQuery(query, { matchers, windowMs }), { atMs: window.untilMs, signal });
      return finite(only(samples, `the use of ${what}`), `the use of ${what}`) * perUnit * usd;
    }),
  );
  const perCall = spent.reduce((sum, usd) => sum + usd, 0) / requests;
  const perMillion = perCall * 1_000_000 + (prices.millionRequestsUsd ?? 0);
  return {
    graphqlPerMillionUsd: Math.ceil(perMillion * 1e6 - 1e-6) / 1e6,
    ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
    estimated: true,
  };
}

/** Of a counter: a series born in the window counts whole. */
function sumOfIncrease(series: string): string {
  return `sum((max_over_time(${series}[$window]) unless ${series} offset $window) or increase(${series}[$window]))`;
}
