// An override that was signed without MC: a gate goes on by it while MC is away, and MC hears of it when it is back.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exception } from '@promotable/contracts/graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandResult, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { failingRelease, type Told } from './testing/told-release.ts';

let mc: RunningMc;
let folder: string;
let told: Told;
let isAway = false;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-offline-'));
  told = await failingRelease(mc, 'F1', 'a');
});
afterAll(async () => {
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

function run(...line: readonly string[]): Promise<CommandResult> {
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  const reach: typeof globalThis.fetch = (...call) => (isAway ? Promise.reject(new TypeError('fetch failed')) : fetch(...call));
  return mcIn(folder)([...line, '--data', mc.data], { clock, fetch: reach });
}

const gate = (stage: string, ...more: readonly string[]): Promise<CommandResult> =>
  run(
    ...['gate', 'rollout', '--service', 'checkout', '--release', 'F1', '--environment', 'production', '--stage', stage],
    ...['--digest', told.digest, '--json', ...more],
  );
const sign = (...more: readonly string[]): Promise<CommandResult> =>
  run(
    ...['override', 'create', '--service', 'checkout', '--environment', 'production', '--stage', '20', '--digest', told.digest],
    ...['--code', 'TESTS_FAILED', '--ticket', 'INC-7', '--reason', 'MC is away', '--for', '1h', '--json'],
    ...['--sign', join(mc.data, 'keys/override.pem'), '--tenant', 'local', '--actor', 'https://login.test#officer', ...more],
  );
const used = (): Promise<string[]> => readdir(join(mc.data, 'used-overrides')).catch(() => []);

it('a gate that cannot reach MC passes by it alone, for its stage alone, and MC is told once', async () => {
  expect((await gate('20')).code).toBe(1);
  isAway = true;
  expect((await sign('--offline', '--out', 'override.json')).code).toBe(0);
  // One that was not made for it does not help, nor does what is no override.
  expect((await sign('--out', 'others/online.json')).code).toBe(0);
  await writeFile(join(folder, 'others/no.json'), 'no JSON');
  expect((await gate('20', '--override', join(folder, 'others'))).code).toBe(3);
  expect(await used()).toEqual([]);
  const passed = await gate('20', '--override', join(folder, 'override.json'));
  expect([passed.code, passed.json()['verdict'], passed.json()['source']]).toEqual([0, 'pass', 'override']);
  expect(await used()).toHaveLength(1);

  isAway = false;
  const back = await gate('20');
  // It counts at MC as well from the next question on.
  expect([back.code, back.err]).toEqual([1, expect.stringContaining('MC was told of the override')]);
  expect(await used()).toEqual([]);
  expect((await gate('20')).code).toBe(0);
  const listed = (await run('override', 'list', '--json')).json() as unknown as Exception[];
  expect(listed.map(({ requestedBy, state, acts }) => [requestedBy, state, acts.map(({ type }) => type)])).toEqual([
    ['https://login.test#officer', 'in_force', ['override.recorded']],
  ]);
});

it('signing here needs to know for whom', async () => {
  const { code, json } = await run(
    ...['override', 'create', '--service', 'checkout', '--environment', 'production', '--stage', '20', '--digest', told.digest],
    ...['--code', 'TESTS_FAILED', '--ticket', 'INC-7', '--reason', 'r', '--sign', 'key.pem', '--json'],
  );
  expect([code, json().error?.code]).toEqual([2, 'USAGE']);
});
