// The server's own metrics, in one registry per server; labels are closed sets, never a caller's word.
import { Counter, Histogram, Registry } from 'prom-client';

export interface ServerMetrics {
  readonly registry: Registry;
  /** `route` is the pattern, `unmatched` where there is none; `seconds` from arrival to the last byte. */
  http(method: string, route: string, status: number, seconds: number): void;
  /** `op` is `query` or `mutation`. */
  graphql(op: string, status: number, seconds: number): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5, 0.7, 1, 2.5, 5, 10];

export function serverMetrics(): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const httpDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route'],
    buckets: seconds,
    registers,
  });
  const httpRequests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const graphqlDuration = new Histogram({
    name: 'graphql_request_duration_seconds',
    help: 'Time to answer a GraphQL request.',
    labelNames: ['op'],
    buckets: seconds,
    registers,
  });
  const graphqlRequests = new Counter({
    name: 'graphql_requests_total',
    help: 'GraphQL requests answered, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  return {
    registry,
    http(method, route, status, duration) {
      httpDuration.observe({ method, route }, duration);
      httpRequests.inc({ method, route, status: String(status) });
    },
    graphql(op, status, duration) {
      graphqlDuration.observe({ op }, duration);
      graphqlRequests.inc({ status: String(status) });
    },
  };
}
