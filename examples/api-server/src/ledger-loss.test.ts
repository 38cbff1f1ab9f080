// Guarantee: a database that holds less than what was exported from it does not go on as if nothing were missing.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { askGate, type ClientAnswer, memoryState, type StateStore } from '@promotable/gate/client';
import { entryHash, type SealedEntry } from '@promotable/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPredicate } from './testing/mc-client.ts';
import { startMc } from './testing/mc-process.ts';
import { createPast, exportedCheckpoint, isExported, type Past, type StartedMc } from './testing/restored-mc.ts';

const question = { service: 'checkout', releaseId: '1.0.0', environment: 'production', stage: '20', digests: [`sha256:${'a'.repeat(64)}`] };
/** What a gate in a cluster has seen before the restore. */
const seen: StateStore = memoryState();
let past: Past;

async function poll({ url }: StartedMc, data: string, state: StateStore): Promise<ClientAnswer> {
  const [token, rootPublicKey] = await Promise.all(['tokens/gate', 'root.pub'].map((path) => readFile(join(data, path), 'utf8')));
  const clock = { now: Date.now, monotonic: () => performance.now() };
  return askGate({ url, token: (token ?? '').trim(), question, trust: { rootPublicKey: rootPublicKey ?? '' }, state, clock });
}

const codes = ({ reasons }: Pick<ClientAnswer, 'reasons'>) => reasons.map(({ code }) => code);

async function readiness({ url }: StartedMc): Promise<{ status: number; failed: string[] }> {
  const response = await fetch(`${url}/readyz`);
  const { checks } = (await response.json()) as { checks: { name: string; status: string }[] };
  return { status: response.status, failed: checks.filter(({ status }) => status !== 'ok').map(({ name }) => name) };
}

/** As the owner of the database, past its triggers. */
async function asOwner(uri: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  await work(client);
  await client.end();
}

beforeAll(async () => {
  past = await createPast({
    whenOlder: async (mc, data) => void (await poll(mc, data, memoryState())),
    async whenNewest(mc, data) {
      expect(await poll(mc, data, seen)).toMatchObject({ source: 'mc', decision: { revision: 2 } });
    },
  });
});
afterAll(() => past.forget());

describe('MC on the database that its checkpoints were taken from', () => {
  it('is ready, and says nothing', async () => {
    const mc = await past.start(await past.copyOfData(), await past.restore('newest'));
    expect([mc.notice, await readiness(mc)]).toEqual([null, { status: 200, failed: [] }]);
  });

  it('is ready on another data directory, which has no checkpoints', async () => {
    const data = await past.copyOfData();
    await rm(join(data, 'checkpoints'), { recursive: true });
    const mc = await past.start(data, await past.restore('older'), '--accept-loss');
    expect([mc.notice, await readiness(mc)]).toEqual([null, { status: 200, failed: [] }]);
  });
});

describe('MC on a database restored to an older state', () => {
  it('is read-only: it refuses evidence and holds every gate, and goes on answering who reads', async () => {
    const data = await past.copyOfData();
    const before = await exportedCheckpoint(data, 'evidence');
    const mc = await past.start(data, await past.restore('older'));
    expect(mc.notice).toMatch(/^LEDGER_BEHIND_CHECKPOINT: [^\n]*record 4 of local\/evidence is missing[^\n]*--accept-loss\.$/);
    expect(await readiness(mc)).toEqual({ status: 503, failed: ['ledger'] });

    const known = await mc.client.sign(buildPredicate({ releaseId: '0.1.0' }));
    const fresh = await mc.client.sign(buildPredicate({ releaseId: '3.0.0' }));
    for (const [bundle, releaseId] of [
      [known, '0.1.0'],
      [fresh, '3.0.0'],
    ] as const) {
      const refused = await mc.client.publish(bundle, { releaseId });
      expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([503, 'LEDGER_BEHIND_CHECKPOINT']);
      expect(JSON.stringify(refused.body)).not.toContain('local/');
    }
    const held = await poll(mc, data, seen);
    expect(held).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'unsigned', decision: null });
    expect(codes(held)).toEqual(['LEDGER_BEHIND_CHECKPOINT']);

    expect(await mc.client.list('0.1.0')).toHaveLength(1);
    expect((await mc.client.get('/v1/ledger/evidence/export')).status).toBe(200);
    expect((await mc.client.get('/v1/decisions?service=checkout&releaseId=1.0.0')).status).toBe(200);
    expect(await mc.client.list('3.0.0')).toEqual([]);
    await mc.stop();
    expect(await exportedCheckpoint(data, 'evidence')).toEqual(before);
  });

  it('says so in one line as a process, and is up', async () => {
    const mc = await startMc(['--data', await past.copyOfData(), '--port', '0'], {
      POSTGRES_URI: await past.restore('older'),
      PROMOTABLE_POLICY_LAYER: 'demo',
    });
    await vi.waitUntil(() => mc.stderr().includes('mission control:'));
    expect(mc.stderr().split('\n')[0]).toMatch(/^mission control: LEDGER_BEHIND_CHECKPOINT: .*--accept-loss\.$/);
    expect(await mc.end('SIGTERM')).toBe(0);
  });

  it('goes on once the loss is accepted: the log states it, its decisions outrank the lost ones, the next start is normal', async () => {
    const data = await past.copyOfData();
    const uri = await past.restore('older');
    const lost = await exportedCheckpoint(data, 'decision');
    const recovering = await past.start(data, uri, '--accept-loss');
    expect(recovering.notice).toMatch(/^LOSS_ACCEPTED: [^\n]+$/);
    expect(await readiness(recovering)).toEqual({ status: 200, failed: [] });
    const renewed = await exportedCheckpoint(data, 'decision');
    expect([renewed?.position, (renewed?.epoch ?? '') > (lost?.epoch ?? '')]).toEqual([2, true]);
    const lines = (await (await recovering.client.get('/v1/ledger/decision/export')).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as { kind: string; type?: string; subject?: string })).toContainEqual(
      expect.objectContaining({ kind: 'entry', type: 'discontinuity', subject: `${lost?.epoch}@${lost?.position}` }),
    );

    const answer = await poll(recovering, data, seen);
    expect(answer).toMatchObject({ source: 'mc', decision: { epoch: renewed?.epoch } });
    expect(
      (await recovering.client.publish(await recovering.client.sign(buildPredicate({ releaseId: '3.0.0' })), { releaseId: '3.0.0' }))
        .status,
    ).toBe(200);
    for (const stream of ['evidence', 'decision']) await vi.waitUntil(() => isExported(recovering, data, stream), { timeout: 10_000 });
    await recovering.stop();

    const next = await past.start(data, uri);
    expect([next.notice, await readiness(next)]).toEqual([null, { status: 200, failed: [] }]);
    // The state from before the loss is now behind: of an earlier epoch, whatever its records are.
    await next.stop();
    expect((await past.start(data, await past.restore('newest'))).notice).toContain('LEDGER_BEHIND_CHECKPOINT');
  });
});

describe('MC on a database whose owner changed the past', () => {
  it('finds a removed tail, also where its checkpoints were left, and recovers from it', async () => {
    const data = await past.copyOfData();
    const uri = await past.restore('newest');
    await asOwner(uri, (client) => client.query(`DELETE FROM ledger.entry WHERE stream = 'evidence' AND position > 2`));
    const mc = await past.start(data, uri);
    expect(mc.notice).toContain('record 4 of local/evidence is missing.');
    await mc.stop();
    const recovered = await past.start(data, uri, '--accept-loss');
    expect(await readiness(recovered)).toEqual({ status: 200, failed: [] });
    const releases = ['3.1.0', '3.2.0'];
    for (const releaseId of releases)
      await recovered.client.publish(await recovered.client.sign(buildPredicate({ releaseId })), { releaseId });
    await vi.waitUntil(() => isExported(recovered, data, 'evidence'), { timeout: 10_000 });
  });

  it('finds a history that was rewritten and rehashed', async () => {
    const data = await past.copyOfData();
    const uri = await past.restore('newest');
    await asOwner(uri, async (client) => {
      const { rows } = await client.query<SealedEntry>(
        `SELECT tenant, stream, position::int, previous_hash AS "previousHash", type, subject, body_digest AS "bodyDigest", actor, at, ingest_sequence::int AS "ingestSequence"
         FROM ledger.entry WHERE stream = 'evidence' AND position IS NOT NULL ORDER BY position`,
      );
      let previousHash = rows[0]?.previousHash ?? '';
      for (const row of rows) {
        const forged = { ...row, previousHash, actor: 'nobody' };
        previousHash = entryHash(forged);
        await client.query('UPDATE ledger.entry SET actor = $2, previous_hash = $3, hash = $4 WHERE ingest_sequence = $1', [
          row.ingestSequence,
          'nobody',
          forged.previousHash,
          previousHash,
        ]);
      }
    });
    const mc = await past.start(data, uri);
    expect([mc.notice, (await readiness(mc)).failed]).toEqual([
      expect.stringContaining('record 4 of local/evidence is another one.'),
      ['ledger'],
    ]);
  });
});

describe('MC beside a checkpoint that it cannot believe', () => {
  it('is read-only, names the file, and no flag makes it go on', async () => {
    const data = await past.copyOfData();
    const path = join(data, 'checkpoints', 'local', 'evidence.json');
    const uri = await past.restore('newest');
    const decision = await readFile(join(data, 'checkpoints', 'local', 'decision.json'), 'utf8');
    const forged = (await readFile(path, 'utf8')).replace(/"sig":"..../, '"sig":"AAAA');
    for (const text of ['', '{', forged, decision]) {
      await writeFile(path, text);
      const mc = await past.start(data, uri, '--accept-loss');
      expect(mc.notice).toMatch(/^LEDGER_BEHIND_CHECKPOINT: [^\n]*evidence\.json cannot be believed[^\n]*$/);
      expect((await readiness(mc)).failed).toEqual(['ledger']);
      await mc.stop();
    }
  });
});
