// Waivers and overrides from the terminal to the verdict: real PostgreSQL, real policy, real signatures, a clock that is set ahead.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exception } from '@promotable/contracts/graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, type CommandResult, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { failingRelease, outcome, tell } from './testing/told-release.ts';

const minute = 60_000;
const hour = 60 * minute;

let mc: RunningMc;
let folder: string;
let run: (line: readonly string[] | string) => ReturnType<Command>;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-overrides-'));
  const command = mcIn(folder);
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  run = (line) => command([...(typeof line === 'string' ? line.split(' ') : line), '--data', mc.data], { clock });
});
afterAll(async () => {
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

const placeOf = (digest: string, code: string): string[] => [
  ...['--service', 'checkout', '--environment', 'production', '--stage', '20', '--digest', digest, '--code', code, '--ticket', 'INC-1'],
];
const override = (digest: string, life: string, ...more: readonly string[]): ReturnType<Command> =>
  run(['override', 'create', ...placeOf(digest, 'TESTS_FAILED'), '--reason', 'the test is wrong', '--for', life, '--json', ...more]);
const waiver = (digest: string, life: string, ...more: readonly string[]): ReturnType<Command> =>
  run([
    ...['waiver', 'request', ...placeOf(digest, 'TESTS_FAILED'), '--owner', 'team-checkout', '--justification', 'known'],
    ...['--mitigation', 'watched', '--for', life, '--json', ...more],
  ]);
const madeBy = (result: CommandResult): Exception => {
  expect([result.code, result.err]).toEqual([0, '']);
  return result.json() as unknown as Exception;
};
const warnings = (answer: { readonly warnings: readonly { code: string }[] }): string[] => answer.warnings.map(({ code }) => code);

describe('an override', () => {
  it('turns the reason it lists into a warning, for its digest and stage, until it ends', async () => {
    const told = await failingRelease(mc, 'O1', 'a');
    const { id } = madeBy(await override(told.digest, '1m'));
    const passed = await told.ask();
    expect([passed.verdict, passed.validUntil !== null]).toEqual(['pass', true]);
    expect(warnings(passed)).toContain('TESTS_FAILED');
    expect(outcome(await told.ask('50'))).toContain('TESTS_FAILED');
    const listed = (await run('override list --json')).json() as unknown as Exception[];
    expect(listed.map((one) => [one.id, one.state])).toEqual([[id, 'in_force']]);
    mc.advance(minute);
    await told.measure('window-2');
    expect(outcome(await told.ask())).toEqual(['fail', 'TESTS_FAILED']);
    expect((await run('override list')).out).toBe('None.\n');
  });

  it('does not cover another reason that new evidence brings', async () => {
    const told = await failingRelease(mc, 'O2', 'b');
    madeBy(await override(told.digest, '1h'));
    expect((await told.ask()).verdict).toBe('pass');
    // Above twice the budget: confirmed by itself.
    await told.measure('window-2', 5000);
    const failed = await told.ask();
    expect([failed.verdict, warnings(failed).includes('TESTS_FAILED')]).toEqual(['fail', true]);
    expect(outcome(failed)).toContain('P95_OVER_BUDGET');
    expect(outcome(failed)).not.toContain('TESTS_FAILED');
  });

  it('that is revoked counts no longer', async () => {
    const told = await failingRelease(mc, 'O3', 'c');
    const { id } = madeBy(await override(told.digest, '1h'));
    expect((await told.ask()).verdict).toBe('pass');
    expect(madeBy(await run(['override', 'revoke', id, '--reason', 'not needed', '--json'])).state).toBe('revoked');
    expect(outcome(await told.ask())).toEqual(['fail', 'TESTS_FAILED']);
  });

  it('is refused where the policy would never let it count', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const refused = async (result: Promise<CommandResult>): Promise<unknown> => {
      const { code, json } = await result;
      return [code, json().error?.message, json().error?.faults.map(({ path }) => path)];
    };
    expect(await refused(override(digest, '5h'))).toEqual([2, expect.stringContaining('TOO_LONG'), ['/expiresAt']]);
    const integrity = run(['override', 'create', ...placeOf(digest, 'DIGEST_MISMATCH'), '--reason', 'r', '--for', '1h', '--json']);
    expect(await refused(integrity)).toEqual([2, expect.stringMatching(/NOT_TURNABLE.*neither waived nor overridden/), ['/codes/0']]);
    expect(await refused(waiver(digest, '31d'))).toEqual([2, expect.stringContaining('TOO_LONG'), ['/expiresAt']]);
  });

  it('under a key that was used for another one is refused', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const first = madeBy(await override(digest, '1h', '--key', 'K1'));
    const again = await override(digest, '2h', '--key', 'K1');
    expect([again.code, again.json().error?.message]).toEqual([2, expect.stringContaining('IDEMPOTENCY_CONFLICT')]);
    const all = (await run('override list --json')).json() as unknown as Exception[];
    expect(all.filter(({ digests }) => digests.includes(digest)).map(({ id }) => id)).toEqual([first.id]);
  });
});

describe('a waiver', () => {
  it('counts once somebody else has approved it, until it expires', async () => {
    const told = await failingRelease(mc, 'W1', 'e');
    const { id, missingRoles, state } = madeBy(await waiver(told.digest, '1h'));
    expect([state, missingRoles]).toEqual(['requested', ['approver']]);
    expect(outcome(await told.ask())).toEqual(['fail', 'TESTS_FAILED']);
    expect(madeBy(await run(['waiver', 'approve', id, '--json'])).state).toBe('in_force');
    const passed = await told.ask();
    expect([passed.verdict, warnings(passed)]).toEqual(['pass', expect.arrayContaining(['TESTS_FAILED', 'WAIVER_EXPIRES'])]);
    mc.advance(hour);
    await told.measure('window-2');
    expect(outcome(await told.ask())).toEqual(['fail', 'TESTS_FAILED']);
  });

  it('is not approved by who asked for it', async () => {
    const { id } = madeBy(await waiver(`sha256:${'d'.repeat(64)}`, '1d'));
    const operator = join(mc.data, 'tokens/operator');
    const refused = await run(['waiver', 'approve', id, '--token-file', operator, '--json']);
    expect([refused.code, refused.json().error?.message]).toEqual([2, expect.stringContaining('FORBIDDEN')]);
    const both = await mc.token({ issuedAt: Date.now() + mc.advance(0), subject: 'both', scopes: ['waiver:request', 'waiver:approve'] });
    const mcAs = mcIn(folder, { MC_TOKEN: both, MC_URL: mc.url });
    const place = placeOf(`sha256:${'d'.repeat(64)}`, 'TESTS_FAILED');
    const terms = ['--owner', 'o', '--justification', 'j', '--mitigation', 'm', '--for', '1d', '--json'];
    const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
    const own = await mcAs(['waiver', 'request', ...place, ...terms], { clock });
    const ownId = (own.json() as unknown as Exception).id;
    expect((await mcAs(['waiver', 'approve', ownId, '--json'])).json().error?.message).toContain('FOUR_EYES');
  });
});

describe('break-glass', () => {
  it('that nobody countersigns within a day holds the next gate of its service, until somebody else does', async () => {
    const told = await failingRelease(mc, 'G1', 'f');
    const { id, countersignBy } = madeBy(await override(told.digest, '8h', '--break-glass', '--author', 'https://login.test#bob'));
    expect(countersignBy).not.toBeNull();
    const passed = await told.ask();
    expect([passed.verdict, warnings(passed).includes('TESTS_FAILED')]).toEqual(['pass', true]);
    // For its digest alone: another release of the same service with the same breach still fails.
    await failingRelease(mc, 'G3', '8');
    mc.advance(8 * hour);
    expect(outcome(await told.ask())).toEqual(expect.arrayContaining(['fail', 'TESTS_FAILED']));
    mc.advance(16 * hour + minute);
    await mc.renew();
    const next = tell(mc, 'G2', '9');
    await next.build(0);
    await next.ask();
    mc.advance(12_000);
    await next.measure('window-1');
    expect(outcome(await next.ask())).toEqual(['hold', 'COUNTERSIGN_MISSING']);
    expect(madeBy(await run(['override', 'countersign', id, '--json'])).countersignBy).toBeNull();
    expect(outcome(await next.ask())).toEqual(['pass']);
  });
});

it('every act is an entry of the ledger', async () => {
  const { rows } = await mc.database.pool.query<{ type: string; count: string }>(
    `SELECT type, count(*) FROM ledger.entry WHERE stream = 'governance' GROUP BY type ORDER BY type`,
  );
  expect(rows.map(({ type, count }) => [type, Number(count)])).toEqual([
    ['break-glass.countersigned', 1],
    ['break-glass.created', 1],
    ['override.created', 4],
    ['override.revoked', 1],
    ['waiver.approved', 1],
    ['waiver.granted', 1],
    ['waiver.requested', 3],
  ]);
});
