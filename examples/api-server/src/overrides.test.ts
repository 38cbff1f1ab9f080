// Waivers and overrides from the terminal to the verdict: real PostgreSQL, real policy, real signatures, a clock that is set ahead.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GateAnswer } from '@promotable/contracts';
import type { Exception } from '@promotable/contracts/graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const minute = 60_000;
const hour = 60 * minute;
const tests = { format: 'junit', documentDigests: ['3'.repeat(64)], total: 2, errors: 0, skipped: 0, durationMs: 5 };

let mc: RunningMc;
let folder: string;
let run: Command;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-overrides-'));
  const command = mcIn(folder, { MC_URL: mc.url });
  run = (line, world) => command([...(typeof line === 'string' ? line.split(' ') : line), '--data', mc.data], { clock: mcClock, ...world });
});
afterAll(async () => {
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

const mcClock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };

/** A release of its own, whose artifact is named by one hex digit. */
function release(releaseId: string, hex: string) {
  const digest = `sha256:${hex.repeat(64)}`;
  const publish = async (predicate: object): Promise<void> => {
    const bundle = await mc.client.sign({ ...predicate, releaseId }, hex.repeat(64));
    expect((await mc.client.publish(bundle, { releaseId })).body.errors).toBeUndefined();
  };
  return {
    digest,
    async build(failed: number, id = 'run-1'): Promise<void> {
      const now = Date.now() + mc.advance(0);
      const observed = { from: new Date(now - 2000).toISOString(), until: new Date(now - 1000).toISOString() };
      const { values, ...rest } = buildPredicate({ run: { provider: 'ci', id, attempt: 1 }, observed }) as { values: object };
      const failures = Array.from({ length: failed }, (_, index) => `s / t${index}`);
      await publish({ ...rest, values: { ...values, tests: { ...tests, passed: 2 - failed, failed, failures } } });
    },
    async measure(id: string, p95Ms = 40): Promise<void> {
      const now = Date.now() + mc.advance(0);
      const observed = { from: new Date(now - 9000).toISOString(), until: new Date(now - 1000).toISOString() };
      const predicate = stagePredicate({ run: { provider: 'canary', id, attempt: 1 }, observed }) as {
        values: { slo: { canary: object } };
      };
      Object.assign(predicate.values.slo.canary, { p95Ms, p99Ms: p95Ms });
      await publish(predicate);
    },
    async ask(stage = '20', digests = [digest]): Promise<GateAnswer> {
      const { status, body } = await mc.client.ask({ releaseId, stage, digests });
      expect(status).toBe(200);
      return body as unknown as GateAnswer;
    },
  };
}

const codes = ({ reasons }: GateAnswer): string[] => reasons.map(({ code }) => code);
const warned = ({ warnings }: GateAnswer): string[] => warnings.map(({ code }) => code);

/** A release with a failing test and a good window, asked once so that its stage has begun. */
async function failing(releaseId: string, hex: string) {
  const told = release(releaseId, hex);
  await told.build(1);
  await told.ask();
  mc.advance(12_000);
  await told.measure('window-1');
  const answer = await told.ask();
  expect([answer.verdict, codes(answer)]).toEqual(['fail', ['TESTS_FAILED']]);
  return told;
}

const at = (digest: string, code = 'TESTS_FAILED') => [
  ...['--service', 'checkout', '--environment', 'production', '--stage', '20', '--digest', digest, '--code', code, '--ticket', 'INC-1'],
];

describe('an override', () => {
  it('turns the reason it lists into a warning, for its digest and stage, until it ends', async () => {
    const told = await failing('O1', 'a');
    const made = await run(['override', 'create', ...at(told.digest), '--reason', 'the test is wrong', '--for', '1m', '--json']);
    expect([made.code, made.err]).toEqual([0, '']);
    const { id } = made.json() as unknown as Exception;
    const passed = await told.ask();
    expect([passed.verdict, warned(passed)]).toEqual(['pass', expect.arrayContaining(['TESTS_FAILED'])]);
    expect(codes(await told.ask('50'))).toContain('TESTS_FAILED');
    const listed = await run('override list --json');
    expect((listed.json() as unknown as Exception[]).map(({ id, state }) => [id, state])).toEqual([[id, 'in_force']]);
    mc.advance(minute);
    await told.measure('window-2');
    const ended = await told.ask();
    expect([ended.verdict, codes(ended)]).toEqual(['fail', ['TESTS_FAILED']]);
  });
});
