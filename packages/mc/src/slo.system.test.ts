// `mc slo` over a real Prometheus with a past.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLayer } from '@promotable/policies';
import { type Prometheus, requestHistory, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const end = Math.floor(Date.now() / (20 * minute)) * 20 * minute;
/** Two releases of a day each; the second one is slow in its third hour. */
const release = (hash: string, fromMs: number, slow: number) => ({
  labels: { job: 'checkout', rollouts_pod_template_hash: hash },
  fromMs,
  untilMs: fromMs + day,
  everyMs: 4 * minute,
  answered: (at: number) => [{ status: '200', seconds: Math.floor((at - fromMs) / (60 * minute)) === slow ? 0.9 : 0.04, count: 80 }],
});
const history = `${requestHistory([release('first', end - 2 * day, -1), release('second', end - day, 2)], { bounds: [0.05, 0.1, 0.5, 1] })}# EOF\n`;

let prometheus: Prometheus;
let folder: string;
beforeAll(async () => {
  [prometheus, folder] = await Promise.all([startPrometheus({ history }), mkdtemp(join(tmpdir(), 'mc-slo-'))]);
});
afterAll(async () => {
  await prometheus?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const io = capturedIo({
    cwd: folder,
    env: { PROMETHEUS_URL: prometheus.url, ...env },
    fetch: globalThis.fetch,
    clock: { now: () => end, monotonic: () => performance.now() },
  });
  const code = await runMc(line.split(' '), io);
  return { code, out: io.out(), err: io.err() };
}

const suggest = 'slo suggest --days 2 --window 20m --match job=checkout';

describe('mc slo suggest', () => {
  it('says which budgets the past kept, and which releases would have failed, then and with the budgets of today', async () => {
    const { code, out, err } = await run(`${suggest} --release-label rollouts_pod_template_hash --json`);
    expect([code, err]).toEqual([0, 'mc: day 1 of 2 read\nmc: day 2 of 2 read\n']);
    const { suggested, failed, past, layer } = JSON.parse(out);
    // One window in a hundred may be worse: the slow hour is three of a hundred and forty.
    expect(suggested).toEqual({ p95BudgetMs: 1500, p99BudgetMs: 1500, errorRateBudget: 0.001 });
    expect(failed).toEqual({ suggested: 0, today: 1, of: 2 });
    expect(past).toMatchObject([
      { name: 'first', fails: { suggested: false, today: false } },
      { name: 'second', fails: { suggested: false, today: true } },
    ]);
    // The layer it proposes is one that the policy reads.
    expect(parseLayer(layer)).toMatchObject({ level: 'service', values: { p95BudgetMs: 1500, p99BudgetMs: null } });
  });

  it('tells it as a table, day by day', async () => {
    const { code, out } = await run(suggest);
    expect(code).toBe(0);
    expect(out).toMatch(/^day +windows +requests +worst p95/m);
    expect(out).toMatch(/p95BudgetMs +1500 ms +350 ms/);
    expect(out).toContain('Of 2 days, 0 would have failed with the suggested budgets, 1 with those of today.');
  });

  it.each<[string, string, number, string]>([
    ['without a place', `${suggest} --prometheus=`, 2, 'CONFIGURATION'],
    ['of nobody in particular', 'slo suggest', 2, 'USAGE'],
    ['of a label that is none', 'slo suggest --match job', 2, 'USAGE'],
    ['of no days', `${suggest} --days 0`, 2, 'USAGE'],
    ['with another reading', `${suggest} --percentiles lower-bound`, 2, 'USAGE'],
    ['of an unknown family', `${suggest} --template nginx`, 2, 'FILE_UNREADABLE'],
    ['of a family of two kinds', `${suggest} --template otel:native:x`, 2, 'FILE_UNREADABLE'],
    ['of a template that is none', `${suggest} --template broken.json`, 2, 'USAGE'],
    ['of a service that nobody knows', 'slo suggest --days 1 --match job=unknown', 3, 'NO_SERIES'],
    ['of windows that hold too little', 'slo suggest --days 2 --window 8m --match job=checkout --template few.json', 2, 'NOT_FOUND'],
  ])('%s says what is wrong', async (_what, line, exit, code) => {
    await writeFile(join(folder, 'broken.json'), '{');
    const few = {
      requests: 'sum(count_over_time(http_server_request_duration_seconds_count{$selector}[$window]))',
      failures: 'vector(0) * $window{$selector}',
    };
    await writeFile(join(folder, 'few.json'), JSON.stringify(template(few)));
    const answer = await run(`${line} --json`, line.includes('--prometheus=') ? { PROMETHEUS_URL: '' } : {});
    expect([answer.code, JSON.parse(answer.out)]).toMatchObject([exit, { error: { code } }]);
  });
});

/** A template of one's own, in which a window holds two or three requests. */
function template(answers: { readonly requests: string; readonly failures: string }): object {
  const presence = 'http_server_request_duration_seconds_count{$selector}';
  const failures = `0 * sum(max_over_time(${presence}[$window]))`;
  return {
    name: 'few',
    unit: 's',
    presence,
    answers: { ...answers, failures },
    latency: { p95: `0.1 + 0 * sum(max_over_time(${presence}[$window]))` },
  };
}

describe('mc slo snapshot', () => {
  it('keeps what the stable version does before a rollout', async () => {
    const line = 'slo snapshot --window 20m --every 20m --stable-hash second --snapshots kept/snapshots.json';
    const { code, out } = await run(line);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^rollouts_pod_template_hash="second": p95 47\.5 ms, errors 0\.00 %, 400 requests until 20/),
    ]);
    const kept = JSON.parse(await readFile(join(folder, 'kept/snapshots.json'), 'utf8'));
    expect(kept.snapshots).toMatchObject([{ template: 'otel', untilMs: end, samples: 400 }]);
    expect(JSON.parse((await run(`${line} --json`)).out)).toEqual(kept.snapshots[0]);
  });

  it.each([
    ['slo snapshot --stable-hash second', 'USAGE'],
    ['slo snapshot --snapshots s.json', 'USAGE'],
    ['slo snapshot --snapshots s.json --stable-hash second --every soon', 'USAGE'],
  ])('%s says what is wrong', async (line, code) => {
    const answer = await run(`${line} --json`);
    expect([answer.code, JSON.parse(answer.out)]).toMatchObject([2, { error: { code } }]);
  });
});
