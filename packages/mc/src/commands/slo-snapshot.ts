import { type Act, collect, type Invocation, type Register, withExamples } from '../command.ts';
import { type CollectOptions, percentilesOf, snapshotsOf } from '../collecting.ts';
import { durationMs } from '../duration.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { chosenTemplate, matchersOf, patienceMs, prometheusClient, type PrometheusOptions, withPrometheus } from '../prometheus-options.ts';

interface SnapshotOptions
  extends PrometheusOptions,
    Pick<CollectOptions, 'hashLabel' | 'stableHash' | 'stableMatch' | 'percentiles' | 'snapshots'> {
  readonly window: string;
  readonly every: string;
}

export const registerSnapshot = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withPrometheus(parent.command('snapshot'))
    .description('measure the stable version before a rollout, for when Prometheus lags during it')
    .option('--hash-label <name>', 'label that holds the pod template hash', 'rollouts_pod_template_hash')
    .option('--stable-hash <hash>', 'names the pods of the stable version (env MC_STABLE_HASH)')
    .option('--stable-match <label=value>', 'tells the stable version instead of the hash; may be repeated', collect)
    .option('--percentiles <how>', 'inside a bucket of a histogram: interpolated, or upper-bound', 'interpolated')
    .option('--window <duration>', 'how long a window', '10m')
    .option('--every <duration>', 'the window ends at a multiple of this', '1m')
    .option('--snapshots <file>', 'where it is kept (env MC_SNAPSHOTS)');
  withExamples(command, [
    'mc slo snapshot --prometheus http://prometheus:9090 --stable-hash 5c8f7d6b9d --snapshots /var/lib/mc/snapshots.json',
  ]);
  act<SnapshotOptions>(command, snapshot);
};

async function snapshot({ io, options, json }: Invocation<SnapshotOptions>): Promise<ExitCode> {
  const { takeSnapshot } = await import('@promotable/telemetry/prometheus');
  const snapshots = await snapshotsOf(io, options);
  if (snapshots === undefined) throw new McError('USAGE', 'Where is it kept? Give --snapshots or MC_SNAPSHOTS.');
  const hash = options.stableHash ?? io.env['MC_STABLE_HASH'];
  if (options.stableMatch === undefined && hash === undefined)
    throw new McError('USAGE', 'Which is the stable version? Give --stable-hash or --stable-match.');
  const told = options.stableMatch === undefined ? { [options.hashLabel]: hash ?? '' } : matchersOf('--stable-match', options.stableMatch);
  const everyMs = durationMs('--every', options.every);
  const untilMs = Math.floor(io.clock.now() / everyMs) * everyMs;
  const { clock, random, signal } = io;
  const taken = await takeSnapshot({
    client: await prometheusClient(io, options),
    template: await chosenTemplate(io, options),
    matchers: { ...matchersOf('--match', options.match), ...told },
    window: { fromMs: untilMs - durationMs('--window', options.window), untilMs },
    reading: percentilesOf(options),
    snapshots,
    patienceMs: patienceMs(options),
    clock,
    random,
    signal,
  });
  const { p95Ms, errorRate } = taken.measure;
  io.stdout(
    json
      ? `${JSON.stringify(taken, null, 2)}\n`
      : `${taken.selector}: p95 ${p95Ms} ms, errors ${(errorRate * 100).toFixed(2)} %, ${taken.samples} requests until ${new Date(taken.untilMs).toISOString()}\n`,
  );
  return exitCodes.pass;
}
