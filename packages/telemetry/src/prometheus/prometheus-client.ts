// The HTTP API of Prometheus, https://prometheus.io/docs/prometheus/latest/querying/api/: two endpoints, every doubt an error.
import type { Clock } from '@promotable/contracts';
import { TelemetryError } from '../errors.ts';
import { boundedText } from './bounded-text.ts';
import { persist } from './persist.ts';
import { type MatrixSeries, readMatrix, readVector, type VectorSample } from './prometheus-answer.ts';

/** Where Prometheus (or what speaks its API: Thanos, Mimir, VictoriaMetrics) is and how long it may take. */
export interface PrometheusClientOptions {
  /** Base URL, without `/api/v1`. */
  readonly url: string;
  /** Reads the bearer token, anew for each attempt. @default none is sent */
  readonly token?: (() => Promise<string>) | undefined;
  /** Further headers, such as `X-Scope-OrgID`. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Longest single attempt, milliseconds. @default 10_000 */
  readonly attemptMs?: number | undefined;
  /** Longest time for one query, all attempts together, milliseconds. @default 30_000 */
  readonly totalMs?: number | undefined;
  /** First pause between attempts, milliseconds; doubled each time, with full jitter. @default 250 */
  readonly pauseMs?: number | undefined;
  /** Largest answer that is read, bytes. @default 16 MiB */
  readonly maxBytes?: number | undefined;
  /** @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** @default `Math.random` */
  readonly random?: (() => number) | undefined;
  readonly clock: Clock;
}

/** An instant query. */
export interface InstantQuery {
  /** Moment at which the expression is evaluated, milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A range query. */
export interface RangeQuery {
  /** First moment, milliseconds since the Unix epoch. */
  readonly fromMs: number;
  /** Last moment, milliseconds since the Unix epoch. */
  readonly untilMs: number;
  /** From one moment to the next, milliseconds. */
  readonly stepMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Asks Prometheus. What it returns was complete and well-formed; an empty vector is returned as such, and means nothing yet. */
export interface PrometheusClient {
  /**
   * @throws {TelemetryError} `PROMETHEUS_UNREACHABLE` (retryable) at the deadline, `PROMETHEUS_REFUSED` for a query or a token that is not accepted,
   * `PROMETHEUS_ANSWER_INVALID` for what is no vector, `PROMETHEUS_ANSWER_TOO_LARGE`, `PROMETHEUS_WARNED` for an answer that may be partial
   */
  instant(expression: string, query: InstantQuery): Promise<readonly VectorSample[]>;
  /** Throws as `instant` does. */
  range(expression: string, query: RangeQuery): Promise<readonly MatrixSeries[]>;
}

/** A client that tries again while Prometheus is out of order, within one deadline. @throws {TelemetryError} `INVALID_PROMETHEUS` for a URL that is none */
export function createPrometheusClient(options: PrometheusClientOptions): PrometheusClient {
  const base = baseUrl(options.url);
  const { attemptMs = 10_000, totalMs = 30_000, pauseMs = 250, maxBytes = 16 << 20, random = Math.random, clock } = options;

  async function post(path: string, form: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown> {
    const attempt = async (attemptSignal: AbortSignal): Promise<unknown> => {
      const token = await options.token?.();
      const response = await (options.fetch ?? globalThis.fetch)(`${base}/api/v1/${path}`, {
        method: 'POST',
        headers: {
          ...options.headers,
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: new URLSearchParams({ ...form, timeout: `${attemptMs}ms` }).toString(),
        // A token must not travel on.
        redirect: 'error',
        signal: attemptSignal,
      });
      return successOf(response.status, await boundedText(response, maxBytes));
    };
    return persist(attempt, { attemptMs, totalMs, pauseMs, random, clock, signal });
  }

  return {
    instant: async (query, { atMs, signal }) => readVector(await post('query', { query, time: seconds(atMs) }, signal)),
    range: async (query, { fromMs, untilMs, stepMs, signal }) =>
      readMatrix(await post('query_range', { query, start: seconds(fromMs), end: seconds(untilMs), step: seconds(stepMs) }, signal)),
  };
}

/** The body of a 200; anything else is an error that says whether another attempt may help. */
function successOf(status: number, text: string): unknown {
  if (status === 200) return text;
  const said = saidIn(text);
  // 422 is an expression that cannot be executed, 503 one that took too long (documented); 429 and 408 come from what stands before it.
  const isOutage = status >= 500 || status === 429 || status === 408;
  throw new TelemetryError(
    isOutage ? 'PROMETHEUS_UNREACHABLE' : 'PROMETHEUS_REFUSED',
    `Prometheus answered ${status}${said === null ? '' : `: ${said}`}`,
    { retryable: isOutage, status: isOutage ? 503 : 422 },
  );
}

/** Its own words, cut; null where the body is not its own. */
function saidIn(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error.slice(0, 300) : null;
  } catch {
    return null;
  }
}

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new TelemetryError('INVALID_PROMETHEUS', 'The URL of Prometheus must be an http or https URL without a password.', {
      status: 400,
    });
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Unix time with milliseconds, as the API reads it. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
