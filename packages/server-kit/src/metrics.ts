// The server's own metrics, in one registry per server; labels are closed sets, never a caller's word.
import { Registry } from 'prom-client';
import { counterFamily, histogramFamily } from './metric-family.ts';

export interface ServerMetrics {
  readonly registry: Registry;
  /** `route` is the pattern, `unmatched` where there is none; `seconds` from arrival to the last byte. */
  http(method: string, route: string, status: number, seconds: number): void;
  /** `op` is `query` or `mutation`, or `refused` where neither was reached. */
  graphql(op: string, status: number, seconds: number): void;
  /** A request for an operation that may be kept: whether an answer was at hand. */
  readonly cacheRead: (result: 'hit' | 'miss') => void;
  /** All of the above for kept reads of one kind, with the cells at hand. */
  keptReads(method: string, route: string, status: number): (seconds: number) => void;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5, 0.7, 1, 2.5, 5, 10];

export function serverMetrics(): ServerMetrics {
  const registry = new Registry();
  const httpDuration = histogramFamily(registry, {
    name: 'http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route'],
    buckets,
  });
  const httpRequests = counterFamily(registry, {
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'route', 'status'],
  });
  const graphqlDuration = histogramFamily(registry, {
    name: 'graphql_request_duration_seconds',
    help: 'Time to answer a GraphQL request.',
    labelNames: ['op'],
    buckets,
  });
  const graphqlRequests = counterFamily(registry, {
    name: 'graphql_requests_total',
    help: 'GraphQL requests answered, by HTTP status.',
    labelNames: ['status'],
  });
  const cacheReads = counterFamily(registry, {
    name: 'response_cache_reads_total',
    help: 'Requests for operations whose answers are kept, by whether one was at hand.',
    labelNames: ['result'],
  });
  return {
    registry,
    cacheRead(result) {
      cacheReads(result).count += 1;
    },
    http(method, route, status, seconds) {
      httpDuration(method, route).observe(seconds);
      httpRequests(method, route, status).count += 1;
    },
    graphql(op, status, seconds) {
      graphqlDuration(op).observe(seconds);
      graphqlRequests(status).count += 1;
    },
    keptReads(method, route, status) {
      const hits = cacheReads('hit');
      const durations = [httpDuration(method, route), graphqlDuration('query')] as const;
      const requests = [httpRequests(method, route, status), graphqlRequests(status)] as const;
      return (seconds) => {
        hits.count += 1;
        durations[0].observe(seconds);
        durations[1].observe(seconds);
        requests[0].count += 1;
        requests[1].count += 1;
      };
    },
  };
}
