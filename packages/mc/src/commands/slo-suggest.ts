import type { BreachRules, PastDay, PastWindow, SloBudgets } from '@promotable/telemetry/prometheus';
import { percentilesOf } from '../collecting.ts';
import { type Act, type Invocation, type Register, withExamples } from '../command.ts';
import { durationMs } from '../duration.ts';
import { embeddedPolicy, type LayerOptions, withLayer } from '../embedded-policy.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { chosenTemplate, matchersOf, prometheusClient, type PrometheusOptions, withPrometheus } from '../prometheus-options.ts';
import { renderTable } from '../render/table.ts';

interface SuggestOptions extends PrometheusOptions, LayerOptions {
  readonly days: string;
  readonly service: string;
  readonly environment: string;
  readonly window?: string;
  readonly releaseLabel?: string;
  readonly percentiles: string;
}

/** One day or one release of the past, and whether a gate would have let it through. */
interface Judged {
  readonly name: string;
  readonly windows: number;
  readonly samples: number;
  /** The worst of its windows. */
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorRate: number | null;
  readonly unusable: Readonly<Record<string, number>>;
  readonly fails: { readonly suggested: boolean; readonly today: boolean };
}

export const registerSuggest = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withLayer(withPrometheus(parent.command('suggest')))
    .description('budgets that the past would have kept, and how much of it would have failed')
    .option('--days <n>', 'how many days back', '14')
    .option('--service <name>', 'whose thresholds of today are compared', 'any')
    .option('--environment <name>', 'where', 'production')
    .option('--window <duration>', 'how long a window (default: the longest of the layer)')
    .option('--release-label <name>', 'label that tells releases apart, such as rollouts_pod_template_hash; each is then judged by itself')
    .option('--percentiles <how>', 'inside a bucket of a histogram: interpolated, or upper-bound', 'interpolated');
  withExamples(command, [
    'mc slo suggest --days 14 --prometheus http://prometheus:9090 --match job=checkout',
    'mc slo suggest --match namespace=shop --template istio --release-label rollouts_pod_template_hash --json | jq .layer > checkout.layer.json',
  ]);
  act<SuggestOptions>(command, suggest);
};

async function suggest({ io, options, json }: Invocation<SuggestOptions>): Promise<ExitCode> {
  const days = Number(options.days);
  if (!(Number.isInteger(days) && days >= 1 && days <= 90)) throw new McError('USAGE', '--days must be a whole number from 1 to 90.');
  if (options.match === undefined) throw new McError('USAGE', 'Whose series? Give --match, such as --match job=checkout.');
  const [{ sloHistory, suggestBudgets }, { minimumSamples }] = await Promise.all([
    import('@promotable/telemetry/prometheus'),
    import('@promotable/policies'),
  ]);
  const { engine } = await embeddedPolicy(io, options);
  const today = engine.thresholds(options.service, options.environment).values;
  const past = await sloHistory({
    client: await prometheusClient(io, options),
    template: await chosenTemplate(io, options),
    matchers: matchersOf('--match', options.match),
    days,
    windowMs: options.window === undefined ? Math.max(...Object.values(today.windowMs)) : durationMs('--window', options.window),
    releaseLabel: options.releaseLabel,
    reading: percentilesOf(options),
    clock: io.clock,
    signal: io.signal,
    onDay: (day) => io.stderr(`mc: day ${day} of ${days} read\n`),
  });
  const suggested = suggestBudgets(past.flatMap(({ windows }) => windows));
  if (suggested === null)
    throw new McError('NOT_FOUND', 'No window of the past holds enough requests (59) to say anything; give a longer --window.', {
      status: 404,
    });
  const rules: BreachRules = {
    samplesNeeded: ({ p95BudgetMs, p99BudgetMs, errorRateBudget }) =>
      Math.max(...[...(p95BudgetMs === null ? [] : [0.05]), ...(p99BudgetMs === null ? [] : [0.01]), errorRateBudget].map(minimumSamples)),
    confirmationFactor: today.confirmationFactor,
    confirmationMs: today.confirmationMs,
  };
  // A p99 budget needs 299 requests a window; what is not promised today is not made a promise.
  const budgets = { ...suggested, p99BudgetMs: today.p99BudgetMs === null ? null : suggested.p99BudgetMs };
  const judged = await judge(options.releaseLabel === undefined ? byDay(past) : byRelease(past), { suggested: budgets, today }, rules);
  const { p95BudgetMs, p99BudgetMs, errorRateBudget } = today;
  const current: SloBudgets = { p95BudgetMs, p99BudgetMs, errorRateBudget };
  const failed = { suggested: count(judged, 'suggested'), today: count(judged, 'today'), of: judged.length };
  const layer = { level: 'service', name: options.service, values: budgets, bounds: {} };
  if (json) io.stdout(`${JSON.stringify({ suggested, today: current, failed, past: judged, layer }, null, 2)}\n`);
  else io.stdout(rendered({ unit: options.releaseLabel === undefined ? 'day' : 'release', suggested, current, judged, failed }));
  return exitCodes.pass;
}

type Past = ReadonlyMap<string, { readonly windows: readonly PastWindow[]; readonly unusable: Readonly<Record<string, number>> }>;

function byDay(past: readonly PastDay[]): Past {
  return new Map(past.map(({ fromMs, windows, unusable }) => [new Date(fromMs).toISOString().slice(0, 16), { windows, unusable }]));
}

function byRelease(past: readonly PastDay[]): Past {
  const releases = Map.groupBy(
    past.flatMap(({ windows }) => windows),
    ({ release }) => release ?? '',
  );
  return new Map([...releases].map(([release, windows]) => [release, { windows, unusable: {} }]));
}

async function judge(
  past: Past,
  budgets: { readonly suggested: SloBudgets; readonly today: SloBudgets },
  rules: BreachRules,
): Promise<readonly Judged[]> {
  const { wouldHaveFailed } = await import('@promotable/telemetry/prometheus');
  return [...past].map(([name, { windows, unusable }]) => ({
    name,
    windows: windows.length,
    samples: windows.reduce((sum, { samples }) => sum + samples, 0),
    p95Ms: worst(windows.map(({ p95Ms }) => p95Ms)),
    p99Ms: worst(windows.flatMap(({ p99Ms }) => p99Ms ?? [])),
    errorRate: worst(windows.map(({ errorRate }) => errorRate)),
    unusable,
    fails: { suggested: wouldHaveFailed(windows, budgets.suggested, rules), today: wouldHaveFailed(windows, budgets.today, rules) },
  }));
}

function count(judged: readonly Judged[], which: 'suggested' | 'today'): number {
  return judged.filter(({ fails }) => fails[which]).length;
}

function worst(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

interface Rendered {
  readonly unit: 'day' | 'release';
  readonly suggested: SloBudgets;
  readonly current: SloBudgets;
  readonly judged: readonly Judged[];
  readonly failed: { readonly suggested: number; readonly today: number; readonly of: number };
}

function rendered({ unit, suggested, current, judged, failed }: Rendered): string {
  const ms = (value: number | null): string => (value === null ? '–' : `${Math.ceil(value)} ms`);
  const percent = (value: number | null): string => (value === null ? '–' : `${Number((value * 100).toPrecision(3))} %`);
  const past = judged.map(({ name, windows, samples, p95Ms, p99Ms, errorRate, unusable, fails }) => [
    name,
    String(windows),
    String(samples),
    ms(p95Ms),
    ms(p99Ms),
    percent(errorRate),
    fails.suggested ? 'fails' : 'passes',
    fails.today ? 'fails' : 'passes',
    Object.entries(unusable)
      .map(([code, times]) => `${code} × ${times}`)
      .join(', '),
  ]);
  const budgets = [
    ['p95BudgetMs', ms(suggested.p95BudgetMs), ms(current.p95BudgetMs)],
    ['p99BudgetMs', ms(suggested.p99BudgetMs), ms(current.p99BudgetMs)],
    ['errorRateBudget', percent(suggested.errorRateBudget), percent(current.errorRateBudget)],
  ];
  const many = failed.of === 1 ? unit : `${unit}s`;
  return [
    renderTable([unit, 'windows', 'requests', 'worst p95', 'worst p99', 'worst errors', 'suggested', 'today', 'says nothing'], past),
    renderTable(['setting', 'suggested', 'today'], budgets),
    `Of ${failed.of} ${many}, ${failed.suggested} would have failed with the suggested budgets, ${failed.today} with those of today.\n`,
  ].join('\n');
}
