// The process: killed in the middle of its work, drained, and where it cannot start.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listedKeys, verifyKeySet } from '@promotable/attest';
import { verifyLedgerExport } from '@promotable/ledger';
import { testDatabase } from '@promotable/services';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureDevelopmentKeys } from './development-keys.ts';
import { buildPredicate, mcClient, stagePredicate } from './testing/mc-client.ts';
import { failToStart, type McProcess, startMc } from './testing/mc-process.ts';

let data: string;
const running: McProcess[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'promotable-main-'));
});

afterEach(async () => {
  for (const mc of running.splice(0)) if (mc.child.exitCode === null && mc.child.signalCode === null) await mc.end('SIGTERM');
  await rm(data, { recursive: true, force: true });
});

async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<McProcess> {
  const mc = await startMc(['--data', data, '--port', '0', ...args], env);
  running.push(mc);
  return mc;
}

describe('the process of Mission Control', () => {
  it('killed in the middle of publishes and started again on its data has every acknowledged record once, and a whole ledger', async () => {
    const first = await start();
    const client = await mcClient(first.url, data);
    const bundles = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        client.sign(stagePredicate({ run: { provider: 'canary', id: `window-${index}`, attempt: 1 } })),
      ),
    );
    const acknowledged = new Set<number>();
    const publishing = bundles.map(async (bundle, index) => {
      const answer = await client.publish(bundle);
      if (answer.status === 200) acknowledged.add(index);
      // In the middle: some are acknowledged, some are on their way.
      if (acknowledged.size === 30) first.child.kill('SIGKILL');
    });
    const settled = await Promise.allSettled(publishing);
    expect(settled.some(({ status }) => status === 'rejected')).toBe(true);
    expect(acknowledged.size).toBeGreaterThanOrEqual(30);
    await first.end('SIGKILL');

    const second = await start();
    const again = await mcClient(second.url, data);
    const outcomes = await Promise.all(bundles.map(async (bundle) => (await again.publish(bundle)).status));
    for (const index of acknowledged) expect(outcomes[index]).toBe(409);
    expect(new Set(outcomes)).toEqual(new Set([200, 409]));
    const listed = await again.list('1.0.0');
    expect(new Set(listed.map(({ id }) => id)).size).toBe(120);
    expect(listed).toHaveLength(120);

    await vi.waitUntil(async () => (await again.list('1.0.0')).every(({ receipt }) => receipt.ledgerPosition !== null), {
      timeout: 10_000,
    });
    const { keySet: bundle } = (await (await fetch(`${second.url}/.well-known/promotable/keys.json`)).json()) as { keySet: unknown };
    const keySet = verifyKeySet(bundle, { rootPublicKeys: [await readFile(join(data, 'root.pub'), 'utf8')], now: Date.now() });
    const lines = (await (await again.get('/v1/ledger/evidence/export')).text()).trimEnd().split('\n');
    expect(await verifyLedgerExport(lines, { resolveKey: listedKeys(keySet, 'checkpoint') })).toMatchObject({
      ok: true,
      unsealed: 0,
      head: { position: 120 },
    });
  });

  it('answers what is under way when it gets SIGTERM, then ends with 0', async () => {
    const database = await testDatabase();
    const mc = await start([], { POSTGRES_URI: database.uri });
    const client = await mcClient(mc.url, data);
    await client.publish(await client.sign(buildPredicate()));
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM evidence.releases FOR UPDATE');
    const answer = client.publish(await client.sign(stagePredicate()));
    const waiting = async () =>
      (await database.pool.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
        .rowCount === 1;
    await vi.waitUntil(waiting, { timeout: 5000 });
    const ended = mc.end('SIGTERM');
    await vi.waitUntil(
      async () =>
        fetch(`${mc.url}/healthz`).then(
          () => false,
          () => true,
        ),
      { timeout: 5000 },
    );
    await holder.query('COMMIT');
    holder.release();
    expect((await answer).status).toBe(200);
    expect(await ended).toBe(0);
    await database.drop();
  });

  it('takes a free port where 4000 is in use and nobody asked for it', async () => {
    const taken = createServer().listen(4000, '127.0.0.1');
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
    const mc = await startMc(['--data', data]);
    running.push(mc);
    expect(new URL(mc.url).port).not.toBe('4000');
    taken.close();
  });

  it('says in one line what to do where it cannot start, without a stack trace', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const file = join(data, 'file');
    await writeFile(file, '');
    const database = await testDatabase();
    const unreachable = 'postgres://someone:hunter2@127.0.0.1:1/mc';
    const cases: [string[], Record<string, string>, number, RegExp][] = [
      [['--port', String(port)], { POSTGRES_URI: database.uri }, 3, /PORT_TAKEN: Port \d+ on 127\.0\.0\.1 is in use/],
      [['--data', join(file, 'below')], {}, 3, /NOT_WRITABLE: .*cannot be written \(ENOTDIR\)/],
      [['--data', '/proc/nowhere'], {}, 3, /NOT_WRITABLE: .*cannot be written \(ENOENT\)/],
      [[], { POSTGRES_URI: unreachable }, 3, /POSTGRES_UNREACHABLE: PostgreSQL at 127\.0\.0\.1:1\/mc cannot be used \(ECONNREFUSED\)/],
      [[], { PORT: 'high', PROMOTABLE_POLICY_LAYER: 'lax' }, 2, /CONFIGURATION_INVALID: .*PORT must be.*PROMOTABLE_POLICY_LAYER/],
      [[], { NODE_ENV: 'production' }, 2, /CONFIGURATION_INVALID: .*POSTGRES_URI must be set.*PROMOTABLE_KEYS must be set/],
    ];
    for (const [args, env, code, line] of cases) {
      const failed = await failToStart(['--data', data, ...args], env);
      expect(failed).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(line) });
      expect(
        failed.stderr
          .trimEnd()
          .split('\n')
          .filter((text) => !text.startsWith('{')),
      ).toHaveLength(1);
      expect(failed.stderr).not.toMatch(/\n\s+at |hunter2/);
    }
    taken.close();
    await database.drop();
  });

  it('accepts in production neither the keys nor the tokens that development made', async () => {
    const database = await testDatabase();
    const local = await start([], { POSTGRES_URI: database.uri });
    const client = await mcClient(local.url, data);
    await local.end('SIGTERM');
    const production = { NODE_ENV: 'production', POSTGRES_URI: database.uri, PROMOTABLE_KEYS: join(data, 'keys') };
    const refused = await failToStart(['--data', data, '--port', '0'], production);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('DEVELOPMENT_ONLY') });
    // Even with the mark removed the tokens are known for what they are.
    await rm(join(data, 'keys', 'development.json'));
    const mc = await start([], production);
    const token = (await readFile(join(data, 'tokens', 'reader'), 'utf8')).trim();
    expect((await fetch(`${mc.url}/v1/ledger/evidence/export`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    expect(client).toBeDefined();
    await mc.end('SIGTERM');
    await database.drop();
  });

  it('knows its callers in production by their OIDC tokens, and what their rule allows', async () => {
    const database = await testDatabase();
    await ensureDevelopmentKeys(join(data, 'own'), { now: Date.now, monotonic: () => 0 });
    await rm(join(data, 'own', 'development.json'));
    const provider = new OAuth2Server();
    await provider.issuer.keys.generate('RS256');
    await provider.start(0, '127.0.0.1');
    const issuer = provider.issuer.url as string;
    const rules = [{ claims: { repository_id: '42' }, tenant: 'acme', services: ['checkout'], scopes: ['ledger:read'] }];
    await writeFile(
      join(data, 'oidc.json'),
      JSON.stringify([{ issuer, audience: 'promotable', jwksUri: `${issuer}/jwks`, algorithms: ['RS256'], rules }]),
    );
    const env = {
      NODE_ENV: 'production',
      POSTGRES_URI: database.uri,
      PROMOTABLE_KEYS: join(data, 'own'),
      PROMOTABLE_OIDC: join(data, 'oidc.json'),
    };
    const mc = await start([], env);
    const asked = async (repository: string, path: string): Promise<number> => {
      const token = await provider.issuer.buildToken({
        scopesOrTransform: (_header, payload) => Object.assign(payload, { aud: 'promotable', sub: 'ci', repository_id: repository }),
      });
      return (await fetch(`${mc.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    expect(await asked('42', '/v1/ledger/evidence/export')).toBe(200);
    expect(await asked('42', '/v1/decisions?service=checkout&releaseId=1')).toBe(403);
    expect(await asked('43', '/v1/ledger/evidence/export')).toBe(403);
    await mc.end('SIGTERM');
    await provider.stop();
    await database.drop();
  });

  it('ends with whoever started it, when that one is killed', async () => {
    const database = await testDatabase();
    const mc = await start([], { POSTGRES_URI: database.uri });
    const ended = once(mc.child, 'exit');
    mc.child.disconnect();
    expect(await ended).toEqual([0, null]);
    await database.drop();
  });
});
