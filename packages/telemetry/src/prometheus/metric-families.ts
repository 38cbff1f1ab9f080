// Query templates of the metric families that services, meshes and proxies have by themselves.
import { labelOf } from './label-matchers.ts';
import type { QueryTemplate } from './query-template.ts';

/** Name of a metric family that there is a template for. */
export type MetricFamily = 'otel' | 'prom-client' | 'istio' | 'nginx-ingress' | 'traefik' | 'envoy';

/** What differs between two families. */
interface Family {
  /** Histogram of the latency, without its ending. */
  readonly latency: string;
  readonly unit: 's' | 'ms';
  /** Label of the status. */
  readonly status: string;
  /** Counter of answers by status. @default the histogram's count */
  readonly answers?: string;
  /** Matchers that belong to the family. @default none */
  readonly only?: string;
  /** Gauge of open requests. @default not measured */
  readonly open?: string;
}

const families: Readonly<Record<MetricFamily, Family>> = {
  /** OpenTelemetry `http.server.request.duration`, semantic conventions 1.23 and later, as exported to Prometheus. */
  otel: {
    latency: 'http_server_request_duration_seconds',
    unit: 's',
    status: 'http_response_status_code',
    open: 'http_server_active_requests',
  },
  /** A histogram that a service keeps with prom-client or another client library, under its usual name. */
  'prom-client': { latency: 'http_request_duration_seconds', unit: 's', status: 'status_code' },
  /** Istio standard metrics, as the side of the server reports them. */
  istio: { latency: 'istio_request_duration_milliseconds', unit: 'ms', status: 'response_code', only: 'reporter="destination"' },
  /** Ingress controller of NGINX. */
  'nginx-ingress': { latency: 'nginx_ingress_controller_request_duration_seconds', unit: 's', status: 'status' },
  /** Traefik, per service. */
  traefik: { latency: 'traefik_service_request_duration_seconds', unit: 's', status: 'code' },
  /** Envoy, per upstream cluster. */
  envoy: {
    latency: 'envoy_cluster_upstream_rq_time',
    unit: 'ms',
    status: 'envoy_response_code_class',
    answers: 'envoy_cluster_upstream_rq_xx',
    open: 'envoy_cluster_upstream_rq_active',
  },
};

/** Every {@link MetricFamily}. */
export const metricFamilies = Object.keys(families) as readonly MetricFamily[];

/** How a family's template may be bent. */
export interface FamilyOptions {
  /** Whether its histogram is a native one. @default false */
  readonly native?: boolean;
  /** Label of the status, where yours is named otherwise. @default the family's own */
  readonly statusLabel?: string;
}

/** The template of a metric family. @throws {TelemetryError} `INVALID_SELECTOR` where `statusLabel` is no name of a label */
export function familyTemplate(name: MetricFamily, { native = false, statusLabel }: FamilyOptions = {}): QueryTemplate {
  const { latency, unit, status, answers, only, open } = families[name];
  const selector = only === undefined ? '$selector' : `${only},$selector`;
  const label = statusLabel === undefined ? status : labelOf(statusLabel);
  const counter = answers ?? (native ? latency : `${latency}_count`);
  const counts = `sum by (${label}$by) (${counted(`${counter}{${selector}}`, native && answers === undefined)})`;
  return {
    name: native ? `${name}:native` : name,
    unit,
    presence: `${counter}{${selector}}`,
    answers: { byStatus: native && answers === undefined ? `histogram_count(${counts})` : counts, label },
    latency: {
      buckets: native
        ? // A native histogram has no `le`; named, it lets `$by` follow a comma.
          `sum by (le$by) (${counted(`${latency}{${selector}}`, true)})`
        : `sum by (le$by) (${counted(`${latency}_bucket{${selector}}`, false)})`,
    },
    ...(open === undefined ? {} : { open: `sum(${open}{${selector}})` }),
  };
}

/**
 * What each counter rose by in the window. A series that was born in it rose from nothing to what it says: `increase` begins at its first sample and
 * would not see a burst of errors that came before that.
 */
function counted(series: string, native: boolean): string {
  const total = native ? 'last_over_time' : 'max_over_time';
  return `(${total}(${series}[$window]) unless ${series} offset $window) or increase(${series}[$window])`;
}
