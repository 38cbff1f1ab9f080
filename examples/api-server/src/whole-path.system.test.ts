// Done-when of the verdict, in one run over real parts: this repository's own SBOM (pnpm), tests and coverage (vitest), a scan of that SBOM →
// `mc evidence build` → `publish` to MC over PostgreSQL → `mc gate rollout --collect` on windows of a real Prometheus → a signed verdict,
// checked offline. Everything at the defaults of production (layer `standard`); only the clock is set ahead. The scan is in Grype's form,
// yet not by Grype (see testing/grype-report.ts).
import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@promotable/attest';
import { type Prometheus, requestHistory, type ScrapedPod, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Advisory, grypeReport } from './testing/grype-report.ts';
import { type Command, type CommandResult, mcIn } from './testing/mc-command.ts';
import { writeOwnSbom, writeOwnTests, writeRedTests } from './testing/own-reports.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

// Four tools and two servers start at once, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const minute = 60_000;
const hour = 60 * minute;
const began = Math.floor(Date.now() / 1000) * 1000;

/** One pod for three hours of the clock to come, scraped every 15 s: what it answers in that time, in seconds each. */
const pod = (hash: string, ...answers: readonly (readonly [count: number, seconds: number])[]): ScrapedPod => ({
  labels: { rollouts_pod_template_hash: hash },
  fromMs: began - minute,
  untilMs: began + 3 * hour,
  everyMs: 15_000,
  answered: () => answers.map(([count, seconds]) => ({ status: '200', seconds, count })),
});
const pods = [
  pod('stable', [900, 0.24]),
  pod('good', [600, 0.24]),
  // Its 95th percentile lies above the budget of 350 ms, and below twice the stable version's.
  pod('slow', [540, 0.24], [60, 0.4]),
  pod('few', [1, 0.24]),
];

const critical: Advisory = { id: 'CVE-2026-1234', component: 'fastify', severity: 'Critical', fixedIn: '99.0.0' };

let mc: RunningMc;
let prometheus: Prometheus;
let folder: string;
let run: Command;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promotable-whole-path-'));
  [mc, prometheus] = await Promise.all([
    runMissionControl(undefined, { PROMOTABLE_POLICY_LAYER: 'standard' }),
    startPrometheus({ history: `${requestHistory(pods)}# EOF\n` }),
    writeOwnSbom(folder),
    writeOwnTests(folder),
    writeRedTests(folder),
  ]);
  for (const [file, advisories, ageMs] of [
    ['scan.json', [], 0],
    ['cve.json', [critical], 0],
    ['old.json', [], 73 * hour],
  ] as const)
    await writeFile(join(folder, file), await grypeReport(join(folder, 'bom.json'), advisories, Date.now() - ageMs));
  const command = mcIn(folder);
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  run = (line, world) => command([...(typeof line === 'string' ? line.split(' ') : line), '--data', mc.data], { clock, ...world });
});
afterAll(async () => {
  const lines = table.map(({ what, stage, verdict, exit, reasons, warnings }) => [
    ...[what.padEnd(40), `${stage} %`, verdict, exit],
    [...reasons, ...warnings.map((code) => `(${code})`)].join(', '),
  ]);
  process.stderr.write(`\n${lines.map((cells) => cells.join('  ')).join('\n')}\n`);
  await prometheus?.stop();
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

async function done(line: readonly string[] | string): Promise<CommandResult> {
  const result = await run(line);
  expect([result.code, result.err], `mc ${line}`).toEqual([0, '']);
  return result;
}

/** Every release is made of bytes of its own: the policy of this repository, with the release's name behind it. */
async function artifactOf(release: string): Promise<string> {
  const wasm = await readFile(new URL('../../../policies/bundle/policy.wasm', import.meta.url));
  const bytes = Buffer.concat([wasm, Buffer.from(release)]);
  await writeFile(join(folder, `${release}.wasm`), bytes);
  return `sha256:${sha256Hex(bytes)}`;
}

const digests = new Map<string, string>();
const everything = '--sbom bom.json --junit junit.xml --coverage coverage/lcov.info';

const buildOf = (release: string): string =>
  `evidence build --service policies --release ${release} --artifact ${release}.wasm --provider ci --run 1`;

/** Builds a record of these reports and publishes it; answers how much each item counted. */
async function publish(release: string, reports: string): Promise<Record<string, number>> {
  digests.set(release, await artifactOf(release));
  const file = `${release}-${sha256Hex(reports).slice(0, 8)}.evidence.json`;
  const built = await done(`${buildOf(release)} ${reports} --out ${file} --json`);
  expect((await done(`evidence publish ${file} --json`)).json()).toMatchObject([{ outcome: 'accepted' }]);
  return (built.json() as unknown as { samples: Record<string, number> }).samples;
}

interface Row {
  readonly what: string;
  readonly release: string;
  readonly stage: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly exit: number;
}

const table: Row[] = [];
const decisions = new Map<string, Row>();

interface Question {
  readonly release: string;
  readonly stage?: string;
  /** Pod template hash of its canary. */
  readonly pods?: string;
}

/** Asks as a pipeline does, holds every cell of the row against `expected`, and answers the reasons in full. */
async function ask(
  what: string,
  { release, stage = '20', pods: hash = 'good' }: Question,
  expected: Partial<Row>,
): Promise<readonly Reason[]> {
  const subject = `--service policies --release ${release} --environment production --stage ${stage} --digest ${digests.get(release)}`;
  const collecting = `--collect --prometheus ${prometheus.url} --pod-template-hash ${hash} --stable-hash stable`;
  const { code, json } = await run(`gate rollout ${subject} ${collecting} --json`);
  const { verdict, reasons, warnings, decision } = json() as unknown as Answer;
  const codes = (list: readonly Reason[]) => list.map((one) => one.code).sort();
  const row = { what, release, stage, verdict, reasons: codes(reasons), warnings: codes(warnings), exit: code };
  expect(row).toEqual({ what, release, stage, reasons: [], warnings: [], ...expected });
  table.push(row);
  decisions.set(decision.id, row);
  return reasons;
}

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

interface Answer {
  readonly verdict: string;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  readonly decision: { readonly id: string };
}

const pass = { verdict: 'pass', exit: 0 } as const;
const fail = { verdict: 'fail', exit: 1 } as const;
const hold = { verdict: 'hold', exit: 3 } as const;
const pending = { ...hold, reasons: ['PENDING'] };

/** A window of 20 % is 5 min, of 50 % 10 min, after a minute of warm-up and on a grid of minutes. */
const measured = { '20': 7 * minute, '50': 12 * minute } as const;

describe('this repository, from its own reports to a verdict', () => {
  it('passes at 20 % and at 50 %, each on a window of its own', async () => {
    const built = await publish('good', `${everything} --scan scan.json`);
    expect(built).toEqual({ sbom: expect.any(Number), tests: expect.any(Number), coverage: expect.any(Number), scan: 0 });
    expect(built['sbom']).toBeGreaterThan(100);
    expect(built['tests']).toBeGreaterThan(10);
    for (const stage of ['20', '50'] as const) {
      await ask('good, not measured yet', { release: 'good', stage }, pending);
      mc.advance(measured[stage]);
      await ask('good', { release: 'good', stage }, pass);
    }
  });

  it('fails with one failing test, before anything is measured', async () => {
    await publish('red', `${everything} --junit red.junit.xml --scan scan.json`);
    const reasons = await ask('one failing test', { release: 'red' }, { ...fail, reasons: ['PENDING', 'TESTS_FAILED'] });
    expect(reasons.find(({ code }) => code === 'TESTS_FAILED')?.message).toContain('1 of');
  });

  it('holds a p95 above the budget until the next window confirms it, then fails', async () => {
    await publish('slow', `${everything} --scan scan.json`);
    const slow = { release: 'slow', pods: 'slow' };
    await ask('p95 above budget, not measured yet', slow, pending);
    mc.advance(measured['20']);
    await ask('p95 above budget, once', slow, { ...hold, reasons: ['UNCONFIRMED'] });
    mc.advance(minute);
    await ask('p95 above budget, confirmed', slow, { ...fail, reasons: ['P95_OVER_BUDGET'] });
  });

  it('holds with too few samples', async () => {
    await publish('few', `${everything} --scan scan.json`);
    const few = { release: 'few', pods: 'few' };
    await ask('too few samples, not measured yet', few, pending);
    mc.advance(measured['20']);
    await ask('too few samples', few, { ...hold, reasons: ['INSUFFICIENT_SAMPLES'] });
  });

  it('holds with a stale scan, which cannot hide beside fresh reports', async () => {
    const release = 'stale';
    digests.set(release, await artifactOf(release));
    const hidden = await run(`${buildOf(release)} ${everything} --scan old.json --out never.json --json`);
    expect([hidden.code, hidden.json().error]).toMatchObject([2, { faults: [{ path: '/scan', code: 'scan_of_another_time' }] }]);
    await publish(release, everything);
    await publish(release, '--scan old.json');
    await ask('a scan of 73 hours ago, not measured yet', { release }, { ...hold, reasons: ['PENDING', 'VULN_SCAN_STALE'] });
    mc.advance(measured['20']);
    await ask('a scan of 73 hours ago', { release }, { ...hold, reasons: ['VULN_SCAN_STALE'] });
    await publish(release, '--scan scan.json');
    await ask('the same, scanned again', { release }, pass);
  });

  it('fails with a critical CVE, and passes with the waiver that its reason asks for', async () => {
    const release = 'cve';
    await publish(release, `${everything} --scan cve.json`);
    const found = await ask('a critical CVE', { release }, { ...fail, reasons: ['PENDING', 'VULN_OVER_BUDGET'] });
    await waive(found, '14d');
    const waived = ['VULN_WAIVED'];
    await ask('a waived CVE, not measured yet', { release }, { ...pending, warnings: waived });
    mc.advance(measured['20']);
    await ask('a critical CVE, validly waived', { release }, { ...pass, warnings: waived });
  });

  it('fails with a critical CVE whose waiver has expired', async () => {
    const release = 'lapsed';
    await publish(release, `${everything} --scan cve.json`);
    const found = await ask('a critical CVE', { release }, { ...fail, reasons: ['PENDING', 'VULN_OVER_BUDGET'] });
    await waive(found, '30m');
    mc.advance(measured['20']);
    await ask('a CVE, waived for half an hour', { release }, { ...pass, warnings: ['VULN_WAIVED', 'WAIVER_EXPIRES'] });
    mc.advance(30 * minute);
    const expired = { ...fail, reasons: ['STALE', 'VULN_OVER_BUDGET'], warnings: ['EXCEPTION_IGNORED'] };
    await ask('a critical CVE, its waiver expired', { release }, expired);
  });
});

/** Runs the command that a reason tells, as it is told; what only a person can say stands in it in capitals. */
async function waive(reasons: readonly Reason[], life: string): Promise<void> {
  const told = reasons.map(({ fix }) => /`mc (waiver request [^`]*)`/.exec(fix)?.[1]).find((command) => command !== undefined) ?? '';
  const request = [...told.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const { id } = (await done([...request, '--for', life, '--json'])).json() as unknown as { id: string };
  await done(`waiver approve ${id}`);
}

describe('each of these decisions', () => {
  it('is genuine without us, and comes out the same when it is made again from its own policy', async () => {
    const offline = {
      fetch: (): never => {
        throw new Error('asked the network');
      },
    };
    expect(decisions.size).toBe(table.length);
    for (const [id, { verdict, exit, reasons }] of decisions) {
      await done(`decision export ${id} --out ${id}`);
      const check = async (command: string) => run(`decision ${command} ${id} --root ${join(mc.data, 'root.pub')} --json`, offline);
      const verified = await check('verify');
      expect([verified.code, verified.json()]).toMatchObject([0, { verified: true, decision: { id, verdict } }]);
      const explained = await check('explain');
      const { replayed, reasons: again } = explained.json() as unknown as { replayed: string; reasons: Reason[] };
      expect([explained.code, replayed, again.map(({ code }) => code).sort()]).toEqual([exit, 'equal', reasons]);
    }
  });
});
