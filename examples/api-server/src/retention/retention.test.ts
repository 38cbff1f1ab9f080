// What is old enough goes, what is deployed, counted or on hold stays, and everything that stays still verifies.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresLedger, postgresTransactor } from '@promotable/ledger/postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Command, mcIn } from '../testing/mc-command.ts';
import { type RunningMc, runMissionControl } from '../testing/running-mc.ts';
import { failingRelease, outcome, tell } from '../testing/told-release.ts';
import { type BatchReport, type BatchRequest, retentionRun } from './retention-run.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const dayMs = 86_400_000;
let mc: RunningMc;
let folder: string;
let run: (line: string) => ReturnType<Command>;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-retention-'));
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  run = (line) => mcIn(folder)([...line.split(' '), '--data', mc.data], { clock });
});
afterAll(async () => {
  await mc?.end();
  await rm(folder, { recursive: true, force: true });
});

/** As MC would do it so many days from now. */
async function after(days: number, changes: Partial<BatchRequest> = {}): Promise<BatchReport> {
  const { pool } = mc.database;
  const clock = { now: () => Date.now() + mc.advance(0) + days * dayMs };
  const settings = { decisionDays: 2557, evidenceDays: 90 };
  const batch = retentionRun({ sql: pool, transactor: postgresTransactor(pool), ledger: createPostgresLedger({ pool }), clock, settings });
  return batch({ tenant: 'local', actor: 'urn:test#cron', dryRun: false, limit: 200, after: null, ...changes });
}
async function rows(table: string, releaseId: string): Promise<number> {
  const { rows: found } = await mc.database.pool.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ${table} WHERE release_id = $1`,
    [releaseId],
  );
  return found[0]?.count ?? 0;
}
const claims = async (releaseId: string) =>
  mc.publishClaims(await mc.token({ scopes: ['evidence:publish'] }), { service: 'checkout', releaseId });
const removedOf = ({ removed }: BatchReport) =>
  removed.map(({ releaseId, what, records, decisions }) => [releaseId, what, records, decisions]);

describe('retention', () => {
  it('removes what no decision counts after 90 days, and everything after seven years; what is deployed stays', async () => {
    const failed = await failingRelease(mc, 'R-failed', 'a');
    expect(await claims('R-failed')).toBe(200);
    const deployed = tell(mc, 'R-deployed', 'b');
    await deployed.build(0);
    for (const stage of ['20', '50']) {
      await deployed.ask(stage);
      mc.advance(12_000);
      if (stage === '20') await deployed.measure('window-1');
    }
    expect(outcome(await deployed.ask('20'))).toEqual(['pass']);
    expect(await claims('R-deployed')).toBe(200);
    expect((await failed.ask()).verdict).toBe('fail');
    const counted = await rows('evidence.records', 'R-failed');
    const decisions = await rows('gate.decisions', 'R-failed');

    expect(removedOf(await after(89))).toEqual([]);
    const look = await after(91, { dryRun: true });
    expect([removedOf(look), look.kept]).toEqual([[['R-failed', 'uncounted', 1, 0]], { deployed: 1, held: 0 }]);
    expect(await rows('evidence.records', 'R-failed')).toBe(counted);
    expect(removedOf(await after(91))).toEqual(removedOf(look));
    expect(removedOf(await after(91))).toEqual([]);
    expect(await rows('evidence.records', 'R-failed')).toBe(counted - 1);

    const { rows: known } = await mc.database.pool.query<{ id: string; verdict: string }>('SELECT id, verdict FROM gate.decisions');
    for (const { id, verdict } of known) {
      const explained = await run(`decision explain ${id}`);
      expect(explained.code).toBe({ pass: 0, fail: 1, hold: 3 }[verdict]);
    }

    expect(removedOf(await after(2558))).toEqual([['R-failed', 'release', counted - 1, decisions]]);
    for (const table of ['evidence.records', 'evidence.releases', 'gate.decisions', 'gate.stage_starts'])
      expect([table, await rows(table, 'R-failed')]).toEqual([table, 0]);
    expect(await rows('evidence.records', 'R-deployed')).toBe(3);
    for (const stream of ['evidence', 'decision', 'retention']) {
      const file = join(folder, `${stream}.jsonl`);
      await vi.waitFor(
        async () => {
          const text = await (await mc.client.get(`/v1/ledger/${stream}/export`)).text();
          expect(text).toContain('"unsealed":0');
          await writeFile(file, text);
          if (stream === 'retention') expect(text.match(/"type":"(evidence|release)\.removed"/g)).toHaveLength(2);
        },
        { timeout: 20_000, interval: 300 },
      );
      expect((await run(`ledger verify ${file}`)).code).toBe(0);
    }
    const { rows: removals } = await mc.database.pool.query<{ subject: string }>(
      'SELECT subject FROM retention.removals ORDER BY sequence',
    );
    expect(removals.map(({ subject }) => subject)).toEqual(['checkout/R-failed', 'checkout/R-failed']);
  });

  it('removes nothing under a legal hold, until it is lifted', async () => {
    await failingRelease(mc, 'R-held', 'c');
    expect(await claims('R-held')).toBe(200);
    const hold = (await run('retention hold --service checkout --release R-held --ticket LEGAL-7 --json')).json() as unknown as {
      id: string;
    };
    const whole = (await run('retention hold --service other --ticket LEGAL-8 --json')).json() as unknown as { id: string };
    const held = await after(3000);
    expect([removedOf(held), held.kept.held]).toEqual([[], 1]);
    expect((await run('retention holds')).out).toMatch(/LEGAL-8.*in force/);
    expect((await run(`retention lift ${hold.id}`)).code).toBe(0);
    expect((await run(`retention lift ${hold.id}`)).code).toBe(2);
    expect((await run(`retention lift ${whole.id} --json`)).json()).toMatchObject({ ticket: 'LEGAL-8', releaseId: null });
    expect(removedOf(await after(91))).toEqual([['R-held', 'uncounted', 1, 0]]);
    for (const line of ['hold --service checkout --ticket Jane.asked,Doe', 'lift nothing'])
      expect((await run(`retention ${line}`)).code).toBe(2);
  });

  it('goes on where a batch ended, by releases', async () => {
    for (const id of ['Z-1', 'Z-2', 'Z-3']) expect(await claims(id)).toBe(200);
    const first = await after(91, { limit: 2, after: { service: 'checkout', releaseId: 'Y' } });
    expect([removedOf(first).map(([id]) => id), first.next]).toEqual([['Z-1', 'Z-2'], { service: 'checkout', releaseId: 'Z-2' }]);
    const second = await after(91, { limit: 2, after: first.next });
    expect([removedOf(second).map(([id]) => id), second.next]).toEqual([['Z-3'], null]);
  });

  it('spares what arrives while it looks', async () => {
    expect(await claims('Z-4')).toBe(200);
    const { pool } = mc.database;
    const lock = await pool.connect();
    await lock.query('BEGIN');
    await lock.query("SELECT FROM evidence.releases WHERE release_id = 'Z-4' FOR UPDATE");
    const running = after(91, { after: { service: 'checkout', releaseId: 'Z-3' } });
    await vi.waitFor(async () => {
      const { rows: waiting } = await pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'",
      );
      expect(waiting).toHaveLength(1);
    });
    await lock.query("UPDATE evidence.records SET received_at = received_at + interval '60 days' WHERE release_id = 'Z-4'");
    await lock.query('COMMIT');
    lock.release();
    expect(removedOf(await running)).toEqual([]);
    expect(await rows('evidence.records', 'Z-4')).toBe(1);
  });

  it('removes waivers and overrides with their words seven years after their end, and never a duty to countersign', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const place = `--service checkout --environment production --stage 20 --digest ${digest} --code TESTS_FAILED --ticket INC-1 --reason x`;
    expect((await run(`override create ${place}`)).code).toBe(0);
    expect((await run(`override create ${place} --break-glass --author somebody`)).code).toBe(0);
    expect((await after(2556)).exceptions).toBe(0);
    expect([(await after(2559, { dryRun: true })).exceptions, (await after(2559)).exceptions]).toEqual([1, 1]);
    const { rows: left } = await mc.database.pool.query<{ slot: string }>('SELECT DISTINCT slot FROM governance.words ORDER BY slot');
    expect(left.map(({ slot }) => slot)).toEqual(['author', 'reason', 'ticket']);
    const { rows: kinds } = await mc.database.pool.query<{ kind: string }>('SELECT kind FROM governance.exceptions');
    expect(kinds).toEqual([{ kind: 'break_glass' }]);
  });

  it('is run from a terminal with its own scope, and says what it did', async () => {
    expect((await run('retention run')).code).toBe(2);
    expect((await run('retention run --dry-run --yes')).code).toBe(2);
    const look = await run('retention run --dry-run');
    expect([look.code, look.out]).toEqual([
      0,
      expect.stringMatching(/^0 records, 0 decisions, 0 waivers and overrides would be removed; \d+ releases/),
    ]);
    expect((await run('retention run --yes --json')).json()).toMatchObject({ dryRun: false, removed: [] });
    const command = mcIn(folder);
    for (const grant of [{ scopes: ['evidence:read' as const] }, { scopes: ['retention:run' as const], services: ['checkout'] }]) {
      const env = { MC_TOKEN: await mc.token(grant) };
      expect((await command(['retention', 'run', '--yes', '--data', mc.data], { env })).code).toBe(2);
    }
  });
});
