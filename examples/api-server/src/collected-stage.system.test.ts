// `mc gate rollout --collect`: from a real Prometheus to MC's signed verdict, on a clock that the test moves.
import { createHash } from 'node:crypto';
import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, service } from './testing/mc-client.ts';
import { type Command, type CommandResult, mcIn } from './testing/mc-command.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';

const minute = 60_000;
const began = Math.floor(Date.now() / 1000) * 1000;
/** One pod for ten minutes of the clock to come: requests a second, seconds each takes, failures a second. */
const pod = (hash: string, perSecond: number, seconds: number, failed = 0): ScrapedPod => ({
  labels: { rollouts_pod_template_hash: hash },
  fromMs: began - minute,
  untilMs: began + 9 * minute,
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
  pod('late', 40, 0.04),
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
    startPrometheus({ history: `${requestHistory(pods)}# EOF\n`, flags: ['--query.lookback-delta=10s'] }),
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

async function gate(hash: string, stage: string, options = '--stable-hash stable'): Promise<Asked> {
  const subject = `--service ${service} --release ${hash} --environment production --stage ${stage} --digest sha256:${digestOf(hash)}`;
  const collecting = `--collect --prometheus ${prometheus.url} --layer demo`;
  return asked(await run(`gate rollout ${subject} --pod-template-hash ${hash} ${collecting} ${options} --data ${mc.data} --json`));
}

function asked(result: CommandResult): Asked {
  const said = result.json() as unknown as { verdict: string; reasons: { code: string }[]; collected?: Asked['collected'] };
  return { ...result, verdict: said.verdict, codes: said.reasons.map(({ code }) => code).sort(), collected: said.collected };
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
});
