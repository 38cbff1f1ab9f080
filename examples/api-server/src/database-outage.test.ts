// PostgreSQL taken away in the middle of work: nothing half stored, nothing lost, nobody told how we work.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CutConnection, cutConnection } from './testing/cut-connection.ts';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

let mc: RunningMc;
let line: CutConnection;
let folder: string;
let run: Command;

beforeAll(async () => {
  mc = await runMissionControl(async (uri) => {
    line = await cutConnection(uri);
    return line.uri;
  });
  folder = await mkdtemp(join(tmpdir(), 'promotable-outage-'));
  const command = mcIn(folder);
  run = (words, world) => command(`${String(words)} --data ${mc.data}`, world);
});
afterAll(async () => {
  await mc.end();
  await rm(folder, { recursive: true, force: true });
});

async function evidenceFile(name: string, changes: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(await mc.client.sign(stagePredicate(changes))));
}

async function counted(releaseId: string): Promise<[records: number, entries: number]> {
  const { rows } = await mc.database.pool.query<{ records: number; entries: number }>(
    `SELECT (SELECT count(*)::int FROM evidence.records WHERE release_id = $1) AS records,
            (SELECT count(*)::int FROM ledger.entry WHERE stream = 'evidence' AND subject LIKE '%/' || $1 || '/%') AS entries`,
    [releaseId],
  );
  return [rows[0]?.records ?? -1, rows[0]?.entries ?? -1];
}

describe('a database', () => {
  it('that is killed in the middle of a publish leaves nothing half stored; the client sends again and is accepted once', async () => {
    await mc.client.publish(await mc.client.sign(buildPredicate({ releaseId: 'cut' })), { releaseId: 'cut' });
    await evidenceFile('cut.json', { releaseId: 'cut' });
    const holder = await mc.database.pool.connect();
    await holder.query('BEGIN');
    await holder.query("SELECT FROM evidence.releases WHERE release_id = 'cut' FOR UPDATE");
    const publishing = run('evidence publish cut.json --json');
    const waiting = await vi.waitFor(async () => {
      const { rows } = await mc.database.pool.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.pid;
    });
    await holder.query('SELECT pg_terminate_backend($1)', [waiting]);
    await holder.query('COMMIT');
    holder.release();
    const { code, err, json } = await publishing;
    expect([code, json()], err).toMatchObject([0, [{ outcome: 'accepted' }]]);
    expect(err).toContain('STORE_UNAVAILABLE');
    expect(await counted('cut')).toEqual([2, 2]);
  });

  it('that is away: nothing passes, every endpoint says so without a detail, evidence waits, and arrives once', async () => {
    await evidenceFile('late.json', { releaseId: 'late' });
    const { body } = await mc.client.ask({});
    await line.cut();
    const gate = await mc.client.ask({});
    expect([gate.status, gate.body['verdict'], gate.body['bundle']]).toEqual([200, 'hold', null]);
    for (const path of [
      `/v1/decisions/${String(body['decisionId'])}`,
      '/v1/decisions?service=checkout&releaseId=1.0.0',
      '/v1/ledger/evidence/export',
      '/v1/ledger/decision/export',
    ]) {
      const response = await mc.client.get(path);
      const text = await response.text();
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 503, expect.stringMatching(/^\d+$/)]);
      expect(text).not.toMatch(/test_|postgres|55000|pg_|SELECT|\.ts:|not currently accepting/i);
    }
    const published = await mc.client.publish(await mc.client.sign(buildPredicate({ releaseId: 'late' })), { releaseId: 'late' });
    expect([published.status, published.body.errors?.[0]?.extensions.code]).toEqual([503, 'STORE_UNAVAILABLE']);
    expect((await fetch(`${mc.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${mc.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.not.stringMatching(/test_|55000|accepting/)]);
    const { code, json } = await run('evidence publish late.json --attempts 2 --json');
    expect([code, json()]).toMatchObject([3, [{ outcome: 'spooled', error: { code: 'STORE_UNAVAILABLE' } }]]);
    expect((await run('gate rollout --service checkout --release 1.0.0 --environment production --stage 20')).code).toBe(3);
    for (const command of [
      'ledger verify',
      'evidence status --service checkout --release 1.0.0',
      `decision verify ${String(body['decisionId'])}`,
    ])
      expect([command, (await run(command)).code]).toEqual([command, 3]);
    await line.restore();
    const replayed = await run('evidence replay --json');
    expect([replayed.code, replayed.json()]).toMatchObject([0, { accepted: 1, remaining: 0 }]);
    expect(await counted('late')).toEqual([1, 1]);
    expect((await mc.client.ask({})).body['decisionId']).toBe(body['decisionId']);
    expect((await fetch(`${mc.url}/readyz`)).status).toBe(200);
  });
});
