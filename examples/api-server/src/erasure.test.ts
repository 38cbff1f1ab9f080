// A person who acted is forgotten: nobody can tell any more who it was, and everything that was done stays provable.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { failingRelease, outcome } from './testing/told-release.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const issuer = 'https://login.example';
const person = { sub: 'jane.doe-4711', name: 'Jane Q. Doe' };
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let mc: RunningMc;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promotable-erasure-'));
  const scopes = ['override:create', 'exception:read'];
  const rules = [{ claims: { group: 'on-call' }, tenant: 'local', services: ['*'], scopes, person: true }];
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] };
  await writeFile(join(folder, 'oidc.json'), JSON.stringify([{ issuer, audience: 'mc', jwks, algorithms: ['ES256'], rules }]));
  mc = await runMissionControl(undefined, { PROMOTABLE_OIDC: join(folder, 'oidc.json') });
});
afterAll(async () => {
  await mc.end();
  await rm(folder, { recursive: true });
});

function tokenOf(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: issuer, aud: 'mc', exp: Math.floor(Date.now() / 1000) + 3600, group: 'on-call', ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

async function everythingStored(): Promise<string> {
  const { rows } = await mc.database.pool.query<{ place: string }>(
    "SELECT format('%I.%I', table_schema, table_name) AS place FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
  );
  const dumps = await Promise.all(
    rows.map(({ place }) => mc.database.pool.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${place} t`)),
  );
  return dumps.flatMap((dump) => dump.rows.map(({ row }) => row)).join('\n');
}

it('is erased, and every log still verifies, every decision is still explained', async () => {
  const run = mcIn(folder);
  const clock = { now: () => Date.now() + mc.advance(0), monotonic: () => performance.now() };
  const release = await failingRelease(mc, 'erased-1', 'e');
  const place = [
    '--service',
    'checkout',
    '--environment',
    'production',
    '--stage',
    '20',
    '--digest',
    release.digest,
    '--code',
    'TESTS_FAILED',
  ];
  const line = [
    'override',
    'create',
    ...place,
    '--ticket',
    'INC-1',
    '--reason',
    'the test is wrong',
    '--for',
    '1h',
    '--json',
    '--data',
    mc.data,
  ];
  const made = await run(line, { clock, env: { MC_TOKEN: tokenOf(person) } });
  expect([made.code, made.err]).toEqual([0, '']);
  expect(outcome(await release.ask())).toEqual(['pass']);

  const admin = await mc.token({ scopes: ['person:erase'] });
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const known = (await (await fetch(`${mc.url}/v1/people`, { headers })).json()) as {
    people: { pseudonym: string; subject: string; name: string }[];
  };
  expect(known.people).toMatchObject([{ issuer, subject: person.sub, name: person.name }]);
  const pseudonym = known.people[0]?.pseudonym ?? '';
  expect(JSON.parse(made.out)).toMatchObject({ requestedBy: `${issuer}#person/${pseudonym}` });
  expect(await everythingStored()).toContain(person.sub);

  const erase = (id: string) => fetch(`${mc.url}/v1/people/${id}/erase`, { method: 'POST', headers, body: '{}' });
  const stranger = { ...headers, authorization: `Bearer ${await mc.token({ tenant: 'other', scopes: ['person:erase'] })}` };
  expect((await fetch(`${mc.url}/v1/people/${pseudonym}/erase`, { method: 'POST', headers: stranger, body: '{}' })).status).toBe(404);
  expect((await erase(pseudonym)).status).toBe(200);
  expect([(await erase(pseudonym)).status, (await erase('nobody')).status]).toEqual([404, 404]);

  const stored = await everythingStored();
  const digest = createHash('sha256').update(person.sub).digest('hex');
  for (const trace of [person.sub, person.name, digest]) {
    expect(stored).not.toContain(trace);
    expect(mc.logged()).not.toContain(trace);
  }
  expect(stored).toContain(pseudonym);
  for (const stream of ['evidence', 'decision', 'governance', 'access']) {
    const exported = join(folder, `${stream}.jsonl`);
    await vi.waitFor(
      async () => {
        await writeFile(exported, await (await mc.client.get(`/v1/ledger/${stream}/export`)).text());
        expect((await run(['ledger', 'verify', exported, '--data', mc.data], { clock })).code).toBe(0);
      },
      { timeout: 30_000, interval: 500 },
    );
  }
  const { rows } = await mc.database.pool.query<{ id: string; verdict: string }>('SELECT id, verdict FROM gate.decisions');
  for (const { id, verdict } of rows) {
    const explained = await run(['decision', 'explain', id, '--data', mc.data], { clock });
    expect(explained.code).toBe({ pass: 0, fail: 1, hold: 3 }[verdict]);
  }
});
