// The options of `--collect`, and what they come to.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PriceBook, QueryTemplate, SnapshotCache, UsageQueries, LabelMatchers } from '@promotable/telemetry/prometheus';
import type { Command } from 'commander';
import { collect, inGroup } from './command.ts';
import { readText } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';
import { jsonFile, matchersOf, type PrometheusOptions, queryTemplate, withPrometheus } from './prometheus-options.ts';
import type { PublishingOptions } from './publishing.ts';
import { writeWhole } from './write-file.ts';

export interface CollectOptions extends PublishingOptions, PrometheusOptions {
  readonly collect?: boolean;
  readonly key?: string;
  readonly hashLabel: string;
  readonly stableHash?: string;
  /** False by `--no-stable`. */
  readonly stable: boolean;
  readonly canaryMatch?: string[];
  readonly stableMatch?: string[];
  readonly percentiles: string;
  readonly syntheticTemplate?: string;
  readonly priceBook?: string;
  readonly usage: string;
  readonly usageMatch?: string[];
  readonly snapshots?: string;
}

/** Adds the options that say what `--collect` measures. */
export function withCollecting(command: Command): Command {
  const collecting = inGroup(command, 'Measuring the stage:', (group) =>
    group
      .option('--collect', 'measure the stage by Prometheus, sign and publish what it showed, then ask')
      .option('--key <file>', 'private key (PKCS8 PEM) that signs what is collected (env MC_SIGNING_KEY)')
      .option('--hash-label <name>', 'label that holds the pod template hash', 'rollouts_pod_template_hash')
      .option('--stable-hash <hash>', 'names the pods of the stable version (env MC_STABLE_HASH)')
      .option('--no-stable', 'states that no stable version is running')
      .option('--canary-match <label=value>', 'tells the canary instead of the hash, as at an ingress; may be repeated', collect)
      .option('--stable-match <label=value>', 'tells the stable version instead of the hash; may be repeated', collect)
      .option('--percentiles <how>', 'inside a bucket of a histogram: interpolated, or upper-bound', 'interpolated')
      .option('--synthetic-template <name|file>', 'measures made requests, where an hour of real ones is too little; the evidence says so')
      .option('--price-book <file>', 'prices (JSON) for the unit cost, an estimate (env MC_PRICE_BOOK)')
      .option('--usage <which>', 'what the pods use: process (their own metrics) or kubernetes (the kubelet)', 'process')
      .option('--usage-match <label=value>', 'label of the series of use; may be repeated', collect)
      .option('--snapshots <file>', 'what was measured before, for when Prometheus lags (env MC_SNAPSHOTS; see `mc slo snapshot`)'),
  );
  return withPrometheus(collecting);
}

/** Whose series are the canary's and the stable version's. @throws {McError} `USAGE` where one is not told */
export function versionsOf(
  io: Io,
  options: CollectOptions,
  podTemplateHash: string | undefined,
): { readonly canary: LabelMatchers; readonly stable: LabelMatchers | null } {
  const all = matchersOf('--match', options.match);
  const told = (option: string, pairs: readonly string[] | undefined, hash: string | undefined): LabelMatchers | null => {
    if (pairs !== undefined) return { ...all, ...matchersOf(option, pairs) };
    return hash === undefined || hash === '' ? null : { ...all, [options.hashLabel]: hash };
  };
  const canary = told('--canary-match', options.canaryMatch, podTemplateHash);
  if (canary === null) throw new McError('USAGE', 'Whose series are the canary’s? Give --pod-template-hash or --canary-match.');
  if (!options.stable) return { canary, stable: null };
  const stable = told('--stable-match', options.stableMatch, options.stableHash ?? io.env['MC_STABLE_HASH']);
  if (stable === null)
    throw new McError(
      'USAGE',
      'Which is the stable version? Give --stable-hash or --stable-match, or --no-stable to state that none is running.',
    );
  return { canary, stable };
}

/** How the unit cost is measured; null where no price book is given. */
export async function costOf(
  io: Io,
  options: CollectOptions,
  canary: LabelMatchers,
  podTemplateHash: string | undefined,
): Promise<{ readonly prices: PriceBook; readonly usage: UsageQueries; readonly matchers: LabelMatchers } | null> {
  const path = options.priceBook ?? io.env['MC_PRICE_BOOK'];
  if (path === undefined || path === '') return null;
  const { kubernetesUsage, parsePriceBook, processUsage } = await import('@promotable/telemetry/prometheus');
  const prices = parsePriceBook(await jsonFile(io, path, 'the price book'));
  const matchers = matchersOf('--usage-match', options.usageMatch);
  if (options.usage === 'process') return { prices, usage: processUsage, matchers: options.usageMatch === undefined ? canary : matchers };
  if (options.usage !== 'kubernetes') throw new McError('USAGE', '--usage must be process or kubernetes.');
  if (podTemplateHash === undefined) throw new McError('USAGE', '--usage kubernetes needs --pod-template-hash.');
  return { prices, usage: kubernetesUsage(podTemplateHash), matchers };
}

/** The template of made requests; undefined where there is none. */
export async function syntheticTemplate(io: Io, { syntheticTemplate: named }: CollectOptions): Promise<QueryTemplate | undefined> {
  return named === undefined ? undefined : queryTemplate(io, named);
}

/** Snapshots in the file that was named; undefined where none was. */
export async function snapshotsOf(io: Io, { snapshots }: Pick<CollectOptions, 'snapshots'>): Promise<SnapshotCache | undefined> {
  const named = snapshots ?? io.env['MC_SNAPSHOTS'];
  if (named === undefined || named === '') return undefined;
  const path = resolve(io.cwd, named);
  const { fileSnapshots } = await import('@promotable/telemetry/prometheus');
  const exists = () =>
    readFile(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    );
  return fileSnapshots({
    read: async () => ((await exists()) ? readText(path, 'the snapshots') : null),
    write: (text) => writeWhole(path, text),
  });
}

/** @throws {McError} `USAGE` */
export function percentilesOf({ percentiles }: Pick<CollectOptions, 'percentiles'>): 'interpolated' | 'upper-bound' {
  if (percentiles !== 'interpolated' && percentiles !== 'upper-bound')
    throw new McError('USAGE', '--percentiles must be interpolated or upper-bound.');
  return percentiles;
}
