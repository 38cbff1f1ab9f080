// `mc gate rollout --collect`: from a real Prometheus to MC's signed verdict, on a clock that the test moves.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Io } from '@promotable/mc';
import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPredicate, service } from './testing/mc-client.ts';
import { type Command, type CommandResult, mcIn } from './testing/mc-command.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';

const minute = 60_000;
const began = Math.floor(Date.now() / 1000) * 1000;
/** One pod for ten minutes of the clock to come: requests a second, seconds each takes, failures a second. */
const pod = (hash: string, perSecond: number, seconds: number, failed = 0, minutes = 9): ScrapedPod => ({
  labels: { rollouts_pod_template_hash: hash },
  fromMs: began - minute,
  untilMs: began + minutes * minute,
  everyMs: 1000,
  answered: () => [
    { status: '200', seconds, count: perSecond - failed },
    { status: '503', seconds, count: failed },
  ],
});
const pods = [
  pod('stable', 50, 0.04),
  pod('good', 40, 0.04),
  pod('slow', 40, 0.4),
  pod('failing', 40, 0.04, 4),
  pod('few', 1, 0.04),
  pod('calm', 40, 0.04),
  pod('watched', 40, 0.04),
  pod('gentle', 40, 0.04),
  // Scraped for a minute and no more.
  pod('leaving', 50, 0.04, 0, 1),
];

let mc: RunningMc;
let prometheus: Prometheus;
let run: Command;
let ahead = 0;
const advance = (ms: number): void => {
  ahead = mc.advance(ms);
};

beforeAll(async () => {
  [mc, prometheus] = await Promise.all([
    runMissionControl(),
    startPrometheus({ history: `${requestHistory(pods)}# EOF\n`, flags: ['--query.lookback-delta=10m'] }),
  ]);
  const command = mcIn(mc.data);
  const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };
  run = (line, world) => command(line, { clock, ...world });
});
afterAll(async () => {
  await prometheus?.stop();
  await mc?.end();
});

interface Asked extends CommandResult {
  readonly verdict: string;
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  readonly collected:
    | { readonly outcome: string; readonly statementDigest?: string; readonly source?: string; readonly code?: string }
    | undefined;
}

const digestOf = (hash: string): string => createHash('sha256').update(hash).digest('hex');

/** A release of its own for each pod, so that no window counts for another. */
async function published(hash: string): Promise<void> {
  const bundle = await mc.client.sign(buildPredicate({ releaseId: hash }), digestOf(hash));
  expect((await mc.client.publish(bundle, { releaseId: hash })).status).toBe(200);
}

async function gate(hash: string, stage: string, options = '--stable-hash stable', world: Partial<Io> = {}): Promise<Asked> {
  const subject = `--service ${service} --release ${hash} --environment production --stage ${stage} --digest sha256:${digestOf(hash)}`;
  const collecting = `--collect --prometheus ${prometheus.url} --layer demo`;
  return asked(await run(`gate rollout ${subject} --pod-template-hash ${hash} ${collecting} ${options} --data ${mc.data} --json`, world));
}

function asked(result: CommandResult): Asked {
  const { verdict, reasons, warnings, collected } = result.json() as unknown as {
    verdict: string;
    reasons: { code: string }[];
    warnings: { code: string }[];
    collected?: Asked['collected'];
  };
  if (verdict === undefined) throw new Error(result.err);
  const codesOf = (list: readonly { code: string }[]) => list.map(({ code }) => code).sort();
  return { ...result, verdict, codes: codesOf(reasons), warnings: codesOf(warnings), collected };
}

describe('a stage, collected from Prometheus', () => {
  it('passes at 20 % and at 50 %, each on a window of its own', async () => {
    await published('good');
    for (const stage of ['20', '50']) {
      const first = await gate('good', stage);
      expect([first.code, first.verdict, first.collected?.outcome]).toEqual([3, 'hold', 'pending']);
      advance(16_000);
      const second = await gate('good', stage);
      expect([second.code, second.verdict, second.codes]).toEqual([0, 'pass', []]);
      expect(second.collected).toMatchObject({ outcome: 'published', source: 'prometheus otel' });
      expect(second.err).toContain('mc: published the window ');
    }
  });

  it('holds a p95 over the budget until the next window confirms it, then fails', async () => {
    await published('slow');
    await gate('slow', '20', '--no-stable');
    advance(16_000);
    const first = await gate('slow', '20', '--no-stable');
    expect([first.code, first.codes]).toEqual([3, expect.arrayContaining(['UNCONFIRMED'])]);
    advance(7000);
    const second = await gate('slow', '20', '--no-stable');
    expect([second.code, second.verdict, second.codes]).toEqual([1, 'fail', expect.arrayContaining(['P95_OVER_BUDGET'])]);
  });

  it('fails at once when errors are more than twice the budget', async () => {
    await published('failing');
    await gate('failing', '20');
    advance(16_000);
    const answer = await gate('failing', '20');
    expect([answer.code, answer.codes]).toEqual([1, expect.arrayContaining(['ERROR_RATE_OVER_BUDGET'])]);
  });

  it('holds with too few requests, in a window that has grown as far as the stage goes', async () => {
    await published('few');
    await gate('few', '20', '--no-stable');
    advance(40_000);
    const answer = await gate('few', '20', '--no-stable');
    expect([answer.code, answer.codes]).toEqual([3, ['INSUFFICIENT_SAMPLES']]);
    const { from, until } = (answer.collected as unknown as { window: { from: string; until: string } }).window;
    expect(Date.parse(until) - Date.parse(from)).toBeGreaterThan(30_000);
    expect(answer.collected).toMatchObject({ samples: { slo: expect.any(Number) } });
  });

  it('is one record, however many replicas collect it, and none for other pods', async () => {
    await published('calm');
    await gate('calm', '20');
    advance(16_000);
    const own = (name: string) =>
      `--stable-hash stable --state ${join(mc.data, name, 'state.json')} --spool ${join(mc.data, name, 'spool')}`;
    const replicas = await Promise.all([gate('calm', '20', own('one')), gate('calm', '20', own('two'))]);
    expect(replicas.map(({ code }) => code)).toEqual([0, 0]);
    // Both have measured it, or one found the other's pass.
    const digests = new Set(replicas.flatMap(({ collected }) => collected?.statementDigest ?? []));
    expect(digests.size).toBe(1);
    expect(await mc.client.list('calm')).toHaveLength(2);
    const question = `--service ${service} --release calm --environment production --stage 20 --digest sha256:${digestOf('calm')}`;
    const other = asked(await run(`gate rollout ${question} --pod-template-hash other --data ${mc.data} --json`));
    expect([other.code, other.codes]).toEqual([3, expect.arrayContaining(['WINDOW_NOT_OF_STAGE'])]);
  });

  it('is waited for by one command, which measures and asks until there is a verdict', async () => {
    await published('watched');
    await writeFile(join(mc.data, 'prices.json'), JSON.stringify({ source: 'gateway', millionRequestsUsd: 5 }));
    let said = '';
    const stderr = (text: string) => {
      said += text;
    };
    const options = `--stable-hash stable --wait 60s --poll 100ms --price-book ${join(mc.data, 'prices.json')}`;
    const waiting = gate('watched', '20', options, { stderr });
    await vi.waitUntil(() => said.includes('the first window of this stage ends at'), { timeout: 20_000 });
    advance(16_000);
    const answer = await waiting;
    expect([answer.code, answer.warnings]).toEqual([0, ['COST_ADVISORY']]);
    expect(said).toMatch(/mc: held: .*\n(.*\n)*mc: published the window/);
  });
});

describe('while Prometheus cannot tell', () => {
  it('the gate holds, and says why nothing was published', async () => {
    await published('hidden');
    await gate('hidden', '20');
    advance(16_000);
    const unknown = await gate('hidden', '20');
    expect([unknown.code, unknown.verdict, unknown.collected]).toEqual([
      3,
      'hold',
      expect.objectContaining({ outcome: 'no_data', code: 'NO_SERIES' }),
    ]);
    const away = await gate('hidden', '20', '--stable-hash stable --prometheus http://127.0.0.1:9 --patience 300ms');
    expect([away.code, away.collected]).toEqual([3, expect.objectContaining({ outcome: 'no_data', code: 'PROMETHEUS_UNREACHABLE' })]);
    expect(away.err).toContain('mc: nothing published: PROMETHEUS_UNREACHABLE: ');
    expect(await mc.client.list('hidden')).toHaveLength(1);
  });

  it('whoever stops the command still hears the verdict that stands', async () => {
    const stopping = new AbortController();
    const silent = createServer(() => stopping.abort(new Error('SIGTERM')));
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const { port } = silent.address() as AddressInfo;
    const options = `--stable-hash stable --wait 60s --prometheus http://127.0.0.1:${port}`;
    const answer = await gate('hidden', '20', options, { signal: stopping.signal });
    expect([answer.code, answer.verdict, answer.collected]).toEqual([3, 'hold', expect.objectContaining({ code: 'ABORTED' })]);
    silent.closeAllConnections();
    silent.close();
  });

  it('what the stable version did before the rollout stands in for what it does now, with its age', async () => {
    const snapshots = join(mc.data, 'snapshots.json');
    const before = { now: () => began + 30_000, monotonic: () => performance.now() };
    const taken = await run(
      `slo snapshot --prometheus ${prometheus.url} --stable-hash leaving --window 10s --every 10s --snapshots ${snapshots}`,
      { clock: before },
    );
    expect([taken.code, taken.err]).toEqual([0, '']);
    const lagging = '--stable-hash leaving --patience 20s';
    // No pause fits into any patience: the first look is the last.
    const impatient = { random: () => 100 };
    await published('gentle');
    await gate('gentle', '20', lagging, impatient);
    advance(16_000);
    const without = await gate('gentle', '20', lagging, impatient);
    expect([without.code, without.collected?.outcome]).toEqual([3, 'no_data']);
    const answer = await gate('gentle', '20', `${lagging} --snapshots ${snapshots}`, impatient);
    expect([answer.code, answer.collected]).toMatchObject([
      0,
      { outcome: 'published', source: expect.stringMatching(/^prometheus otel, stable \d min old$/), late: 'LAGGING' },
    ]);
  });
});
