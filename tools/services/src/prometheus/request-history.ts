// What a service's own histogram would have said for a while, as OpenMetrics text for `startPrometheus({ history })`.

/** Requests that were answered alike. */
export interface AnsweredRequests {
  /** Value of the status label; '' = the series lacks it. */
  readonly status: string;
  readonly seconds: number;
  readonly count: number;
}

/** One pod, scraped at a steady pace. A series begins with the first scrape that finds a request of its status. */
export interface ScrapedPod {
  /** Labels of all its series. */
  readonly labels: Readonly<Record<string, string>>;
  /** First scrape, milliseconds since the Unix epoch. */
  readonly fromMs: number;
  /** Last scrape, at most. */
  readonly untilMs: number;
  /** From one scrape to the next, milliseconds. */
  readonly everyMs: number;
  /** What was answered since the scrape before. */
  answered(atMs: number): readonly AnsweredRequests[];
}

export interface RequestHistoryOptions {
  /** @default 'http_server_request_duration_seconds' */
  readonly metric?: string;
  /** @default 'http_response_status_code' */
  readonly statusLabel?: string;
  /** Upper bounds in the unit of the metric, without +Inf. @default those of OpenTelemetry */
  readonly bounds?: readonly number[];
}

/** Bounds that OpenTelemetry advises for `http.server.request.duration`, seconds. */
const advisedBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The lines of one histogram; several may stand one after the other, `# EOF` comes last of all. */
export function requestHistory(pods: readonly ScrapedPod[], options: RequestHistoryOptions = {}): string {
  const { metric = 'http_server_request_duration_seconds', statusLabel = 'http_response_status_code', bounds = advisedBounds } = options;
  const lines = [`# TYPE ${metric} histogram`];
  for (const pod of pods) {
    const series = new Map<string, { readonly buckets: number[]; count: number; sum: number }>();
    for (let at = pod.fromMs; at <= pod.untilMs; at += pod.everyMs) {
      for (const { status, seconds, count } of pod.answered(at)) {
        const known = series.get(status) ?? { buckets: bounds.map(() => 0), count: 0, sum: 0 };
        series.set(status, known);
        known.buckets.forEach((already, index) => {
          known.buckets[index] = already + (seconds <= (bounds[index] ?? 0) ? count : 0);
        });
        known.count += count;
        known.sum += seconds * count;
      }
      const time = (at / 1000).toFixed(3);
      for (const [status, { buckets, count, sum }] of series) {
        const labels = Object.entries({ ...pod.labels, ...(status === '' ? {} : { [statusLabel]: status }) });
        const text = labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
        lines.push(...buckets.map((inside, index) => `${metric}_bucket{${text},le="${bounds[index]}"} ${inside} ${time}`));
        lines.push(`${metric}_bucket{${text},le="+Inf"} ${count} ${time}`, `${metric}_count{${text}} ${count} ${time}`);
        lines.push(`${metric}_sum{${text}} ${sum} ${time}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
