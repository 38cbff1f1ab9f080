// Tokens of MC from their issue to their end, over HTTP and from a terminal.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, operationNamed } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

let mc: RunningMc;
let run: Command;
beforeAll(async () => {
  mc = await runMissionControl();
  const command = mcIn(mc.data);
  run = (line, world) => command(`${String(line)} --data ${mc.data}`, world);
});
afterAll(() => mc.end());

const publishOnly = 'token issue --name ci-checkout --service checkout --scope evidence:publish --ttl 60d';

/** Publishes a new record of build evidence. */
async function publish(token: string, releaseId: string, service = 'checkout'): Promise<number> {
  const bundle = await mc.client.sign(buildPredicate({ releaseId, service }), 'a'.repeat(64));
  const response = await fetch(`${mc.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: operationNamed('mutation PublishEvidence('), variables: { input: { service, releaseId, bundle } } }),
  });
  return response.status;
}

const get = async (path: string, token: string) => fetch(`${mc.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
const post = async (path: string, token: string, body: object) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${mc.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { token?: string; id?: string; error?: { code: string } } };
};
const issued = async (line: string) => (await run(`${line} --json`)).json() as unknown as { id: string; token: string; expiresAt: string };

describe('a token of MC', () => {
  it('does the one thing it was issued for, for the one service, and nothing else', async () => {
    const { token } = await issued(publishOnly);
    expect(await publish(token, 't-1')).toBe(200);
    expect(await publish(token, 't-1', 'payments')).toBe(403);
    expect((await get('/v1/ledger/evidence/export', token)).status).toBe(403);
    expect((await get('/v1/tokens', token)).status).toBe(403);
    const query = `/graphql?id=${operationNamed('query ReleaseEvidence(')}&variables=${encodeURIComponent('{"service":"checkout","releaseId":"t-1","first":1}')}`;
    expect((await get(query, token)).status).toBe(403);
    expect((await post('/v1/gate/rollout', token, {})).status).toBe(403);
  });

  it('is written readable by its owner alone, and MC keeps no word of it', async () => {
    const { code, out } = await run(`${publishOnly} --out ci.token --json`);
    expect([code, out]).toEqual([0, expect.not.stringContaining('"token"')]);
    const file = join(mc.data, 'ci.token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const token = (await readFile(file, 'utf8')).trim();
    const dump = await mc.database.pool.query('SELECT row_to_json(t)::text AS row FROM access.tokens t');
    for (const part of [token, token.split('.')[2] ?? '']) {
      expect(JSON.stringify(dump.rows)).not.toContain(part);
      expect(mc.logged()).not.toContain(part);
    }
    expect(await publish(token, 't-2')).toBe(200);
  });

  it('is refused from its revocation on, here at once, and is listed as revoked', async () => {
    const { id, token } = await issued(publishOnly);
    expect(await publish(token, 't-3')).toBe(200);
    expect(await run(`token revoke ${id}`)).toMatchObject({ code: 0, out: expect.stringContaining('is revoked since') });
    expect(await publish(token, 't-4')).toBe(401);
    const again = await run(`token revoke ${id} --json`);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect((await run('token list')).out).toMatch(new RegExp(`${id} +ci-checkout +revoked`));
  });

  it('revoked at another replica is refused within five seconds', async () => {
    const { id, token } = await issued(publishOnly);
    expect((await get('/v1/whoami', token)).status).toBe(200);
    await mc.database.pool.query('UPDATE access.tokens SET revoked_at = now(), revoked_by = $2 WHERE id = $1', [id, 'another replica']);
    expect((await get('/v1/whoami', token)).status).toBe(200);
    mc.advance(5001);
    expect((await get('/v1/whoami', token)).status).toBe(401);
  });

  it('that nobody issued is refused, though the key of MC signed it', async () => {
    const forged = await mc.token({ development: false, scopes: ['evidence:publish'] });
    expect(await publish(forged, 't-5')).toBe(401);
  });

  it('ends when it ends', async () => {
    const { token, expiresAt } = await issued('token issue --name short --service checkout --scope evidence:publish --ttl 1m');
    expect(await publish(token, 't-6')).toBe(200);
    mc.advance(Date.parse(expiresAt) - Date.now() + 130_000);
    expect(await publish(token, 't-7')).toBe(401);
  });
});

describe('who asks for a token', () => {
  it('gets none for what is not theirs, nor one that could make more', async () => {
    const admin = await mc.token({ services: ['checkout'], scopes: ['token:issue', 'evidence:publish'] });
    const ask = (changes: object) =>
      post('/v1/tokens', admin, { name: 'x', services: ['checkout'], scopes: ['evidence:publish'], ttlSeconds: 60, ...changes });
    expect((await ask({})).status).toBe(201);
    for (const changes of [
      { services: ['payments'] },
      { services: ['*'] },
      { scopes: ['ledger:read'] },
      { scopes: ['evidence:publish', 'token:issue'] },
    ])
      expect(await ask(changes)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(await ask({ ttlSeconds: 90 * 86_400 + 1 })).toMatchObject({ status: 422, body: { error: { code: 'TOKEN_REFUSED' } } });
    for (const changes of [{ ttlSeconds: 1 }, { scopes: [] }, { scopes: ['everything'] }, { name: 'a b' }, { tenant: 'other' }])
      expect([400, 403]).toContain((await ask(changes)).status);
    expect((await post('/v1/tokens', await mc.token(), { name: 'x' })).status).toBe(403);
  });

  it('sees and revokes the tokens of the own tenant alone', async () => {
    const { id } = await issued(publishOnly);
    const stranger = await mc.token({ tenant: 'other', scopes: ['token:issue'] });
    expect(await (await get('/v1/tokens', stranger)).json()).toEqual({ tokens: [] });
    expect((await post(`/v1/tokens/${id}/revoke`, stranger, {})).status).toBe(404);
    expect((await post('/v1/tokens/nonsense/revoke', stranger, {})).status).toBe(404);
  });
});

describe('the audit trail', () => {
  it('has an entry of each issue and each revocation, and every publish names its very token', async () => {
    const { id, token } = await issued(publishOnly);
    await publish(token, 't-8');
    await run(`token revoke ${id}`);
    const lines = async (stream: string) => (await mc.client.get(`/v1/ledger/${stream}/export`)).text();
    await expect
      .poll(() => lines('access'), { timeout: 10_000 })
      .toMatch(new RegExp(`${id}[^\n]*token.issued[^]*${id}[^\n]*token.revoked`));
    await expect.poll(() => lines('evidence'), { timeout: 10_000 }).toContain(`urn:promotable:mc#ci-checkout/${id}`);
  });

  it('counts every use by hour and operation, refused ones too, in batches', async () => {
    const { id, token } = await issued(publishOnly);
    await publish(token, 't-9');
    for (let turn = 0; turn < 40; turn++) await get('/v1/whoami', token);
    await get('/v1/tokens', token);
    const uses = async () =>
      (
        await mc.database.pool.query(
          'SELECT operation, sum(uses)::int AS uses, sum(refused)::int AS refused FROM access.token_uses WHERE token_id = $1 GROUP BY operation ORDER BY operation',
          [id],
        )
      ).rows;
    await expect
      .poll(uses, { timeout: 10_000 })
      .toEqual([
        expect.objectContaining({ operation: 'GET /v1/tokens', uses: 1, refused: 1 }),
        expect.objectContaining({ operation: 'GET /v1/whoami', uses: 40, refused: 0 }),
        expect.objectContaining({ operation: 'PublishEvidence', uses: 1, refused: 0 }),
      ]);
    expect((await run('token list --json')).json()).toContainEqual(expect.objectContaining({ id, uses: 42, refused: 1 }));
  });
});

describe('mc auth whoami', () => {
  it('says who MC takes a token for, and when it ends', async () => {
    const { out, code } = await run('auth whoami --as publisher --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id: 'urn:promotable:mc#local-publisher',
      tenant: 'local',
      services: ['*'],
      scopes: ['evidence:publish', 'evidence:read'],
      expiresAt: expect.stringMatching(/Z$/),
      claims: { iss: 'urn:promotable:mc' },
    });
    expect((await run('auth whoami')).out).toMatch(/scopes +evidence:read, decision:read/);
  });

  it('shows what a refused token claims, for a rule, and never the token', async () => {
    const token = await mc.token({ issuer: 'https://ci.example' });
    const { code, err, out } = await run('auth whoami', { env: { MC_TOKEN: token } });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('"iss":"https://ci.example"');
    expect(err).not.toContain(token.split('.')[2]);
    expect((await run('auth whoami --as nobody')).code).toBe(2);
    expect((await run('auth whoami', { env: { MC_TOKEN: 'opaque' } })).err).not.toContain('opaque');
  });
});
