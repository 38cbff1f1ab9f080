// The real thing: `npm start -- --once --json` as a process, with real processes, a real database and real time.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, sourceFlags } from './run-command.ts';
import type { StoryStep } from './story/story-step.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const { signal } = new AbortController();

describe('npm start -- --once --json', () => {
  let home: string;
  let run: { code: number | null; stdout: string; stderr: string };
  let steps: StoryStep[];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'story-'));
    mkdirSync(join(home, 'data'), { mode: 0o711 });
    // As root the database runs as another user, who must get through to its data.
    await runCommand('chmod', ['711', home], { cwd: home, signal });
    run = await tell(home);
    steps = run.stdout === '' ? [] : (JSON.parse(run.stdout) as StoryStep[]);
  }, 300_000);
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('comes out as told', () => {
    const seen = steps.map(({ step, release, stage, verdict, outcome }) => [step, release, stage, verdict ?? outcome].join(' '));
    expect(seen, run.stderr).toEqual([
      '1 A build accepted',
      '1 A 20 pass',
      '1 A 50 pass',
      '1 A build duplicate, 1 row',
      '2 B build accepted',
      '2 B 20 pass',
      '2 B 50 fail',
      '3 C 20 fail',
      '3 E 20 hold',
      '4 D build accepted',
      '4 D 20 hold',
      '4 D 20 spooled',
      '4 D 20 accepted, 1 row, 0 left',
      '4 D 20 pass',
      expect.stringMatching(/^5 {3}record [1-9]\d* named$/),
      '5   whole',
      '6   Verified OK',
      expect.stringMatching(/^6 {3}([1-9]\d*) of \1 equal$/),
    ]);
    expect(steps.every(({ asTold }) => asTold)).toBe(true);
    expect(run.code).toBe(0);
  });

  it('gives the reasons of each verdict by their codes', () => {
    const reasons = (release: string, stage: string, verdict: string) =>
      steps.find((step) => step.release === release && step.stage === stage && step.verdict === verdict)?.reasons;
    for (const [release, stage] of [
      ['A', '20'],
      ['A', '50'],
      ['B', '20'],
      ['D', '20'],
    ] as const)
      expect(reasons(release, stage, 'pass')).toEqual([]);
    expect(reasons('B', '50', 'fail')).toEqual(expect.arrayContaining(['P95_OVER_BUDGET', 'REGRESSION_VS_STABLE']));
    expect(reasons('C', '20', 'fail')).toContain('DIGEST_MISMATCH');
    expect(reasons('E', '20', 'hold')).toContain('NO_EVIDENCE');
    expect(reasons('D', '20', 'hold')).toContain('PENDING');
    expect(steps.find(({ step }) => step === 5)?.reasons).toEqual(['HASH_MISMATCH']);
  });

  it('judges by what was measured, with enough requests, the estimated cost aside', () => {
    const windows = steps.filter(({ measured }) => measured !== null);
    expect(windows.map(({ release, stage }) => `${release} ${stage}`)).toEqual(['A 20', 'A 50', 'B 20', 'B 50', 'D 20']);
    for (const { measured, verdict } of windows) {
      expect(measured?.samples).toBeGreaterThanOrEqual(149);
      expect(measured?.stable?.samples).toBeGreaterThanOrEqual(149);
      // Every request waits at least 25 ms for the backend.
      expect(measured?.p95Ms).toBeGreaterThanOrEqual(25);
      expect((measured?.p95Ms ?? 0) > (measured?.budget.p95Ms ?? 0)).toBe(verdict === 'fail');
      expect(measured?.cost).toMatchObject({ estimated: true });
    }
    expect(new Set(windows.map(({ measured }) => measured?.p95Ms)).size).toBe(windows.length);
  });

  it('leaves a decision that openssl verifies, and no longer with one bit flipped', async () => {
    const folder = join(home, 'data', 'decision');
    const check = () =>
      runCommand('openssl', ['dgst', '-sha256', '-verify', 'decision.pub', '-signature', 'decision.sig', 'decision.pae'], {
        cwd: folder,
        signal,
      });
    expect(await check()).toMatchObject({ code: 0, stdout: 'Verified OK\n' });
    const bytes = readFileSync(join(folder, 'decision.pae'));
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(join(folder, 'decision.pae'), bytes);
    expect(await check()).toMatchObject({ code: 1 });
  });

  it('tells everything else on stderr, and names the layer beside every figure', () => {
    const figures = run.stderr.split('\n').filter((line) => line.includes('requests in'));
    expect(figures.length).toBeGreaterThanOrEqual(5);
    for (const line of figures) expect(line).toMatch(/^ *\d+\.\d s {2}demo {2}/);
    expect(run.stderr).not.toContain('\u001b');
  });

  it('puts no token and no key into what it tells', () => {
    const secrets = [
      ...readdirSync(join(home, 'data', 'tokens')).map((name) => join('tokens', name)),
      'keys/evidence.pem',
      'keys/decision.pem',
    ];
    const password = new URL(readFileSync(join(home, 'data', 'postgres.uri'), 'utf8').trim()).password;
    const told = run.stdout + run.stderr + readFileSync(join(home, 'data', 'mc.log'), 'utf8');
    for (const secret of [
      password,
      ...secrets.map((path) =>
        readFileSync(join(home, 'data', path), 'utf8')
          .trim()
          .slice(-64),
      ),
    ])
      expect(told).not.toContain(secret);
  });

  it.runIf(process.platform === 'linux')('leaves nothing running', () => {
    expect(processesOf(home)).toEqual([]);
  });
});

/** Every process of the story inherits the PATH that begins with a folder of this very run. */
function tell(home: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [...sourceFlags, main, '--once', '--json', '--port', '0', '--data', join(home, 'data')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function processesOf(home: string): string[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      // It has ended, or is somebody else's.
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(home) || read(pid, 'cmdline').includes(home))
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '));
}
