import type { LabelMatchers, PrometheusClient, QueryTemplate } from '@promotable/telemetry/prometheus';
import type { Io } from '../io.ts';
import { type Finding, failed, ok } from './check.ts';

/** The stretch that the queries are tried over, milliseconds. */
const windowMs = 300_000;

export interface QueryCheckOptions {
  readonly client: PrometheusClient;
  readonly template: QueryTemplate;
  readonly matchers: LabelMatchers;
}

/** Each query of the template by itself: one that returns nothing measures nothing. */
export async function queryChecks(io: Io, { client, template, matchers }: QueryCheckOptions): Promise<Finding[]> {
  const { renderQuery } = await import('@promotable/telemetry/prometheus');
  const { answers, latency, presence, open } = template;
  const queries: readonly (readonly [string, string | undefined])[] = [
    ['presence', presence],
    ...('byStatus' in answers
      ? ([['answers', answers.byStatus]] as const)
      : ([
          ['requests', answers.requests],
          ['failures', answers.failures],
        ] as const)),
    ...('buckets' in latency
      ? ([['latency', latency.buckets]] as const)
      : ([
          ['p95', latency.p95],
          ['p99', latency.p99],
        ] as const)),
    ['open', open],
  ];
  const findings: Finding[] = [];
  for (const [what, text] of queries) {
    if (text === undefined) continue;
    const query = renderQuery(text, { matchers, windowMs });
    const samples = await client.instant(query, { atMs: io.clock.now(), signal: io.signal });
    findings.push(
      samples.length > 0
        ? ok(`query-${what}`, `${samples.length} series over 5 min`)
        : failed(
            `query-${what}`,
            `no data: ${query}`,
            'See metric names and labels (--template, --match, --status-label), and that the service has traffic.',
          ),
    );
  }
  return findings;
}
