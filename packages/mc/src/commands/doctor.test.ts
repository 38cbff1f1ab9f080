import { generateSigningKey, localSigner, signKeySet } from '@promotable/attest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runMc } from '../program.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
const day = 86_400_000;
const [root, decision, evidence] = [generateSigningKey('ed25519'), generateSigningKey('ecdsa-p256'), generateSigningKey('ecdsa-p256')];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-doctor-'));
  const image = `checkout@sha256:${'a'.repeat(64)}`;
  const rollout = `kind: Rollout\nmetadata: {name: checkout, labels: {release-id: A}}\nspec: {template: {metadata: {labels: {release-id: A}}, spec: {containers: [{name: c, image: '${image}'}]}}}\n`;
  const files = {
    token: jwt({ exp: (now + 30 * day) / 1000, iat: (now - 30 * day) / 1000 }),
    'root.pub': root.publicKeyPem,
    'key.pem': evidence.privateKeyPem,
  };
  for (const [name, text] of Object.entries({ ...files, 'rollout.yaml': rollout, 'broken.yaml': 'a: [' }))
    await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const base = 'doctor --url https://mc.test --token-file token --root root.pub --json';

interface World {
  readonly clockAheadMs?: number;
  readonly scopes?: readonly string[];
  readonly whoamiStatus?: number;
  readonly keySetEndsIn?: number;
  readonly listed?: boolean;
  readonly isAway?: boolean;
  readonly series?: readonly string[];
}

async function run(line: string, world: World = {}) {
  const { clockAheadMs = 0, scopes = ['gate:ask', 'evidence:publish'], whoamiStatus = 200, keySetEndsIn = 7 * day, listed = true } = world;
  const instant = (ms: number) => new Date(now + ms).toISOString();
  const entry = ({ keyId, algorithm, publicKeyPem }: typeof root, use: 'decision' | 'evidence') => ({
    ...{ keyId, algorithm, publicKeyPem, use, notBefore: instant(-day), notAfter: instant(30 * day), revokedAt: null },
  });
  const keys = [entry(decision, 'decision'), ...(listed ? [entry(evidence, 'evidence')] : [])];
  const keySet = await signKeySet(
    { version: 1, issuedAt: instant(-day), expiresAt: instant(keySetEndsIn), keys },
    localSigner(root.privateKeyPem),
  );
  const io = capturedIo({
    cwd: folder,
    clock: { now: () => now + clockAheadMs, monotonic: () => 0 },
    async fetch(input, init) {
      if (world.isAway) throw new TypeError('fetch failed');
      const { pathname, host } = new URL(String(input));
      const headers = { date: new Date(now).toUTCString() };
      if (host === 'prometheus.test') {
        const query = String(new URLSearchParams(String(init?.body)).get('query'));
        const has = (world.series ?? []).some((name) => query.includes(name));
        const result = has ? [{ metric: {}, value: [now / 1000, '1'] }] : [];
        return Response.json({ status: 'success', data: { resultType: 'vector', result } });
      }
      if (pathname === '/healthz') return Response.json({ status: 'ok' }, { headers });
      if (pathname === '/v1/whoami')
        return Response.json({ id: 'iss#gate', tenant: 'acme', services: ['*'], scopes }, { status: whoamiStatus });
      return Response.json({ keySet });
    },
  });
  const code = await runMc(line.split(' '), io);
  const checks = (JSON.parse(io.out()) as { checks: { name: string; status: string; message: string; fix: string }[] }).checks;
  return { code, checks, byName: Object.fromEntries(checks.map(({ name, status }) => [name, status])) };
}

it('a gate that is set up is found so, and what is not used here is said to be skipped', async () => {
  const { code, byName } = await run(`${base} --manifest rollout.yaml`);
  expect(code).toBe(0);
  expect(byName).toEqual({
    ...{ mc: 'ok', clock: 'ok', token: 'ok', 'token-end': 'ok', 'key-set': 'ok', 'decision-key': 'ok', 'signing-key': 'skipped' },
    ...{ label: 'ok', image: 'ok', prometheus: 'skipped' },
  });
});

it('every finding that is not fine names what to do', async () => {
  const { checks } = await run(`${base} --key key.pem --manifest broken.yaml`, {
    clockAheadMs: 61_000,
    scopes: [],
    keySetEndsIn: day / 2,
    listed: false,
  });
  for (const { status, fix } of checks) expect(fix === '').toBe(status === 'ok' || status === 'skipped');
});

it.each([
  ['59 s ahead', 59_000, 'warning', 0],
  ['61 s ahead', 61_500, 'failed', 2],
  ['61 s behind', -61_500, 'failed', 2],
  ['1 s ahead', 1000, 'ok', 0],
])('a clock that is %s of MC is told with its offset', async (_title, clockAheadMs, status, code) => {
  const found = await run(base, { clockAheadMs });
  expect([found.byName['clock'], found.code]).toEqual([status, code]);
  expect(found.checks.find(({ name }) => name === 'clock')?.message).toMatch(/^this clock is \d+\.\d s (ahead of|behind) that of MC$/);
});

it.each([
  ['a token without the scope', { scopes: ['evidence:read'] }, base, 'token', 2],
  ['a token that is refused', { whoamiStatus: 401 }, base, 'token', 2],
  ['a file that is not mounted', {}, base.replace('token-file token', 'token-file nowhere'), 'token', 2],
  ['a root that did not sign', {}, base.replace('root.pub', 'key.pem'), 'key-set', 2],
  ['a signing key that MC does not list', { listed: false }, `${base} --key key.pem`, 'signing-key', 2],
  ['a manifest that is no YAML', {}, `${base} --manifest broken.yaml`, 'manifests', 2],
  ['an outage', { isAway: true }, base, 'mc', 3],
])('%s fails its check, with its exit code', async (_title, world: World, line, name, code) => {
  const found = await run(line, world);
  expect(found.byName[name]).toBe('failed');
  expect(found.code).toBe(code);
});

it('a key that MC trusts is found so, and a key set that ends within a day is a warning', async () => {
  const found = await run(`${base} --key key.pem`, { keySetEndsIn: day / 2 });
  expect(found.byName).toMatchObject({ 'signing-key': 'ok', 'key-set': 'warning' });
  expect(found.code).toBe(0);
});

it('each query that returns nothing is named with its text', async () => {
  const line = `${base} --prometheus https://prometheus.test --template prom-client`;
  const none = await run(line);
  expect(none.code).toBe(2);
  const queries = none.checks.filter(({ name }) => name.startsWith('query-'));
  expect(queries.length).toBeGreaterThan(2);
  for (const { status, message } of queries) expect([status, message]).toEqual(['failed', expect.stringContaining('no data: ')]);
  const some = await run(line, { series: ['http_request_duration_seconds'] });
  expect(some.checks.filter(({ name, status }) => name.startsWith('query-') && status === 'ok').length).toBeGreaterThan(1);
});

it('for people it is a line a check, with the fix below', async () => {
  const io = capturedIo({ cwd: folder, env: {} });
  expect(await runMc(['doctor', '--url', 'https://mc.test', '--token-file', 'token', '--root', 'root.pub'], io)).toBe(3);
  expect(io.out()).toMatch(/^FAILED {2}mc: MC_UNREACHABLE: .*\n {10}→ See whether MC runs/);
});

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`;
}
