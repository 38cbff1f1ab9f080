import { resolve } from 'node:path';
import type { LabelMatchers, PrometheusClient, QueryTemplate } from '@promotable/telemetry/prometheus';
import type { Command } from 'commander';
import { collect, inGroup } from './command.ts';
import { readText } from './connection.ts';
import { durationMs } from './duration.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

export interface PrometheusOptions {
  readonly prometheus?: string;
  readonly prometheusTokenFile?: string;
  readonly template?: string;
  readonly statusLabel?: string;
  readonly match?: string[];
  readonly patience: string;
}

/** Adds the options of everything that asks Prometheus. */
export function withPrometheus(command: Command): Command {
  return inGroup(command, 'Prometheus:', (group) =>
    group
      .option('--prometheus <url>', 'base URL of Prometheus (env PROMETHEUS_URL)')
      .option('--prometheus-token-file <path>', 'file that holds its bearer token (env PROMETHEUS_TOKEN holds the token itself)')
      .option(
        '--template <name|file>',
        'otel, prom-client, istio, nginx-ingress, traefik or envoy, with `:native` for native histograms; or a JSON file (env MC_QUERY_TEMPLATE; default: otel)',
      )
      .option('--status-label <name>', "label of the status, where yours is not the template's")
      .option('--match <label=value>', 'label of all series, such as namespace=shop; may be repeated', collect)
      .option('--patience <duration>', 'how long to wait for a Prometheus that is late or away', '20s'),
  );
}

/** A client of the Prometheus that was named. */
export async function prometheusClient(io: Io, options: PrometheusOptions): Promise<PrometheusClient> {
  const { createPrometheusClient } = await import('@promotable/telemetry/prometheus');
  const url = options.prometheus ?? io.env['PROMETHEUS_URL'];
  if (url === undefined || url === '') throw new McError('CONFIGURATION', 'Where is Prometheus? Give --prometheus or PROMETHEUS_URL.');
  const { prometheusTokenFile: file } = options;
  const given = io.env['PROMETHEUS_TOKEN'];
  const token =
    file === undefined
      ? given === undefined || given === ''
        ? undefined
        : async () => given.trim()
      : async () => (await readText(resolve(io.cwd, file), 'the token of Prometheus')).trim();
  // Before anything is asked: a token that cannot be read is a fault of the configuration.
  await token?.();
  return createPrometheusClient({
    url,
    token,
    fetch: io.fetch,
    clock: io.clock,
    random: io.random,
    attemptMs: 5000,
    totalMs: patienceMs(options),
  });
}

/** How long to wait for late data, milliseconds. @throws {McError} `USAGE` */
export function patienceMs({ patience }: Pick<PrometheusOptions, 'patience'>): number {
  return durationMs('--patience', patience);
}

/** A template by the name of its metric family, or out of a file. */
export async function queryTemplate(io: Io, named: string, statusLabel?: string): Promise<QueryTemplate> {
  const { familyTemplate, metricFamilies, parseTemplate } = await import('@promotable/telemetry/prometheus');
  const [name, ending, ...rest] = named.split(':');
  const family = metricFamilies.find((known) => known === name);
  if (family !== undefined && rest.length === 0 && (ending === undefined || ending === 'native'))
    return familyTemplate(family, { native: ending === 'native', ...(statusLabel === undefined ? {} : { statusLabel }) });
  if (statusLabel !== undefined)
    throw new McError('USAGE', '--status-label is for the templates of metric families; a file names its own.');
  return parseTemplate(await jsonFile(io, named, 'the query template'));
}

/** The template that was asked for, OpenTelemetry's unless said otherwise. */
export function chosenTemplate(io: Io, { template, statusLabel }: PrometheusOptions): Promise<QueryTemplate> {
  return queryTemplate(io, template ?? io.env['MC_QUERY_TEMPLATE'] ?? 'otel', statusLabel);
}

/** `label=value` of each; the value may hold whatever it likes. @throws {McError} `USAGE` */
export function matchersOf(option: string, pairs: readonly string[] = []): LabelMatchers {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new McError('USAGE', `${option} must be label=value, such as namespace=shop.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A JSON file as it is; what it should be, its reader says. */
export async function jsonFile(io: Io, path: string, what: string): Promise<unknown> {
  const text = await readText(resolve(io.cwd, path), what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new McError('USAGE', `${what.replace(/^t/, 'T')} at ${path} is no JSON.`, { cause });
  }
}
