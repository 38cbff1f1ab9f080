// Mission Control in this process over a real database: what callers see over HTTP.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listedKeys, verifyBundle, verifyKeySet } from '@promotable/attest';
import { verifyLedgerExport } from '@promotable/ledger';
import { createJsonLog } from '@promotable/server-kit';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { type MissionControl, startMissionControl } from './mission-control.ts';
import { buildPredicate, type McClient, mcClient, stagePredicate } from './testing/mc-client.ts';
import { replayEveryDecision } from './testing/replay-every-decision.ts';

let database: TestDatabase;
let data: string;
let mc: MissionControl;
let client: McClient;
const logged: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'promotable-mc-'));
  const configuration = readConfiguration(['--data', data, '--port', '0'], { POSTGRES_URI: database.uri, PROMOTABLE_POLICY_LAYER: 'demo' });
  mc = await startMissionControl(configuration, {
    log: createJsonLog({ destination: { write: (line: string) => void logged.push(line) } }),
  });
  client = await mcClient(mc.url, data);
});

afterAll(async () => {
  await mc.stop();
  await replayEveryDecision(database.pool, data);
  await database.drop();
  await rm(data, { recursive: true });
});

const digest = 'a'.repeat(64);
const running = { digests: [`sha256:${digest}`] };

describe('Mission Control', () => {
  it('is ready, and leaves tokens that only their owner can read', async () => {
    const ready = await fetch(`${mc.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        checks: [
          { name: 'postgres', status: 'ok' },
          { name: 'schema', status: 'ok' },
          { name: 'policy', status: 'ok' },
          { name: 'ledger', status: 'ok' },
        ],
      },
    ]);
    expect(JSON.parse(await readFile(join(data, 'mc.json'), 'utf8'))).toMatchObject({
      url: mc.url,
      tokens: { publisher: 'tokens/publisher', gate: 'tokens/gate', reader: 'tokens/reader' },
      root: 'root.pub',
    });
    for (const file of ['mc.json', 'tokens/publisher', 'tokens/gate', 'tokens/reader'])
      expect((await stat(join(data, file))).mode & 0o777).toBe(0o600);
  });

  it('takes evidence once, answers the gate with a signed pass, and says duplicate the second time', async () => {
    const build = await client.sign(buildPredicate());
    const accepted = await client.publish(build);
    expect(accepted).toMatchObject({ status: 200, body: { data: { publishEvidence: { service: 'checkout', signed: true } } } });
    const again = await client.publish(build);
    expect([again.status, again.body.errors?.[0]?.extensions.code]).toEqual([409, 'DUPLICATE']);

    expect((await client.ask(running)).body).toMatchObject({ verdict: 'hold', stage: '20' });
    // The stage has begun now; a window counts from its warm-up (1 s) on and must have ended.
    const startedAt = Date.now();
    await vi.waitUntil(() => Date.now() - startedAt > 9_200, { timeout: 15_000 });
    await client.publish(await client.sign(stagePredicate({}, 100)));
    const { status, body } = await client.ask(running);
    expect([status, body['verdict'], body['reasons']]).toEqual([200, 'pass', []]);

    const published = (await (await fetch(`${mc.url}/.well-known/promotable/keys.json`)).json()) as {
      keySet: unknown;
      keys: { kid: string }[];
    };
    const keySet = verifyKeySet(published.keySet, { rootPublicKeys: [await readFile(join(data, 'root.pub'), 'utf8')], now: Date.now() });
    expect(published.keys).toHaveLength(1);
    const { statement } = verifyBundle(body['bundle'], listedKeys(keySet, 'decision'));
    expect(statement.predicate).toMatchObject({ verdict: 'pass', id: body['decisionId'] });
  });

  it('says DIGEST_MISMATCH for other bytes under a known release id, and refuses their evidence', async () => {
    const foreign = { digests: [`sha256:${'b'.repeat(64)}`] };
    const refused = await client.publish(
      await client.sign(buildPredicate({ run: { provider: 'ci', id: 'run-9', attempt: 1 } }), 'b'.repeat(64)),
    );
    expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([422, 'RELEASE_DIGEST_CONFLICT']);
    expect((await client.ask(foreign)).body).toMatchObject({ verdict: 'fail', reasons: [{ code: 'DIGEST_MISMATCH' }] });
  });

  it('holds a release that nobody published with NO_EVIDENCE', async () => {
    const { body } = await client.ask({ ...running, releaseId: 'never' });
    expect(body).toMatchObject({ verdict: 'hold' });
    expect((body['reasons'] as { code: string }[]).map(({ code }) => code)).toContain('NO_EVIDENCE');
  });

  it('lets a tenant take its sealed log along, and leaves the checkpoints outside the database', async () => {
    const { keySet: published } = (await (await fetch(`${mc.url}/.well-known/promotable/keys.json`)).json()) as { keySet: unknown };
    const keySet = verifyKeySet(published, { rootPublicKeys: [await readFile(join(data, 'root.pub'), 'utf8')], now: Date.now() });
    for (const stream of ['evidence', 'decision']) {
      // Sealing takes up to a second.
      const report = await vi.waitFor(
        async () => {
          const response = await client.get(`/v1/ledger/${stream}/export`);
          expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
          const checkpoint: unknown = JSON.parse(await readFile(join(data, 'checkpoints', 'local', `${stream}.json`), 'utf8'));
          const verified = await verifyLedgerExport((await response.text()).trimEnd().split('\n'), {
            resolveKey: listedKeys(keySet, 'checkpoint'),
            checkpoints: [checkpoint],
          });
          expect(verified).toMatchObject({ ok: true, unsealed: 0, stream: { tenant: 'local', stream } });
          expect(verified.anchored).toBe(verified.head?.position);
          return verified;
        },
        { timeout: 5000 },
      );
      expect(report.entries).toBeGreaterThan(1);
    }
    expect((await client.list('1.0.0')).every(({ receipt }) => receipt.ledgerPosition !== null)).toBe(true);
    const unknown = await client.get('/v1/ledger/nothing/export');
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'UNKNOWN_STREAM' } }]);
  });

  it('answers wrong, missing and too narrow tokens with 401 and 403, and tells nothing', async () => {
    const bundle = await client.sign(stagePredicate({ run: { provider: 'canary', id: 'other', attempt: 1 } }));
    const foreign = await client.publish(bundle, { tenant: 'globex' });
    expect([foreign.status, foreign.body.errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
    expect((await client.get('/v1/ledger/evidence/export', 'gate')).status).toBe(403);
    for (const authorization of [
      undefined,
      'Bearer nonsense',
      `Bearer ${(await readFile(join(data, 'tokens/gate'), 'utf8')).trim().slice(0, -4)}AAAA`,
    ]) {
      const response = await fetch(`${mc.url}/v1/gate/rollout`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        body: '{}',
      });
      expect([response.status, ((await response.json()) as { error: { code: string; message: string } }).error]).toMatchObject([
        401,
        { code: 'UNAUTHENTICATED', message: 'A valid bearer token is required.' },
      ]);
    }
  });

  it('answers bad input with every fault and goes on', async () => {
    const bad = await client.publish(null, { releaseId: '', slo: { service: '', p95Ms: -1, errorRate: 2, window: '' } });
    expect([bad.status, bad.body.errors?.[0]?.extensions.code]).toEqual([400, 'EVIDENCE_INVALID']);
    expect(bad.body.errors?.[0]?.extensions.faults.map(({ path }) => path)).toEqual([
      '/releaseId',
      '/slo/service',
      '/slo/p95Ms',
      '/slo/errorRate',
      '/slo/window',
    ]);
    const huge = await client.publish(null, { cost: 'x'.repeat(3_000_000) });
    expect(huge.status).toBe(413);
    expect((await fetch(`${mc.url}/healthz`)).status).toBe(200);
  });

  it('counts what it did, and neither logs nor metrics hold a token or a key', async () => {
    const metrics = await (await fetch(`${mc.url}/metrics`)).text();
    for (const line of [
      'evidence_received_total{outcome="accepted",code="none"}',
      'evidence_received_total{outcome="duplicate",code="DUPLICATE"}',
      'rollout_gate_pass_total{environment="production",stage="20"}',
      'rollout_gate_duration_seconds_count',
    ])
      expect(metrics).toContain(line);
    const secrets = await Promise.all(
      ['keys/root.pem', 'keys/decision.pem', 'keys/token.pem', 'tokens/publisher', 'tokens/gate', 'tokens/reader'].map(async (file) =>
        (await readFile(join(data, file), 'utf8')).trim().split('\n'),
      ),
    );
    const emitted = logged.join('') + metrics;
    expect(emitted.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(emitted).not.toContain(secret.length > 1 ? secret[1] : secret[0]);
    const password = new URL(database.uri).password;
    if (password !== '') expect(emitted).not.toContain(password);
  });
});
