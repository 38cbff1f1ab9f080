import { generateSigningKey, type KeySet, localSigner, signKeySet } from '@promotable/attest';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-21T12:00:00Z');
const root = generateSigningKey('ecdsa-p256');
const [decision, publisher] = [generateSigningKey('ecdsa-p256'), generateSigningKey('ed25519')];
let folder: string;
let at: number;

beforeEach(async () => {
  at = start;
  folder = await mkdtemp(join(tmpdir(), 'mc-keys-'));
  const { keyId, algorithm, publicKeyPem } = decision;
  const instant = (ms: number) => new Date(start + ms).toISOString();
  const listed = {
    keyId,
    algorithm,
    publicKeyPem,
    use: 'decision' as const,
    notBefore: instant(-day),
    notAfter: instant(300 * day),
    revokedAt: null,
  };
  const keySet: KeySet = { version: 1, issuedAt: instant(0), expiresAt: instant(7 * day), keys: [listed] };
  const files = {
    'keyset.json': JSON.stringify(await signKeySet(keySet, localSigner(root.privateKeyPem))),
    'root.pem': root.privateKeyPem,
    'root.pub': root.publicKeyPem,
    'ci.pub': publisher.publicKeyPem,
    'stranger.pem': generateSigningKey('ecdsa-p256').privateKeyPem,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(line: string) {
  const io = capturedIo({ cwd: folder, clock: { now: () => at, monotonic: () => 0 } });
  const code = await runMc(line.split(' '), io);
  return { code, out: io.out(), err: io.err() };
}

const where = '--key-set keyset.json --root-key root.pem';
async function listed(): Promise<string[]> {
  await writeFile(
    join(folder, 'exported.json'),
    JSON.stringify({ keySet: JSON.parse(await readFile(join(folder, 'keyset.json'), 'utf8')) }),
  );
  const { code, out } = await run('keys list --keys exported.json --root root.pub --json');
  expect(code).toBe(0);
  return (JSON.parse(out) as { keys: { use: string; status: string }[] }).keys.map(({ use, status }) => `${use} ${status}`);
}

describe('mc keys', () => {
  it('publishes the next key a week ahead, and the old one retires a week after it came into force', async () => {
    const made = await run(`keys next --use decision ${where} --private-out decision.next.pem`);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('version 2') });
    expect((await stat(join(folder, 'decision.next.pem'))).mode & 0o777).toBe(0o600);
    expect(await listed()).toEqual(['decision trusted', 'decision not-yet-valid']);
    at = start + 7 * day - 1000;
    expect((await run(`keys renew ${where}`)).code).toBe(0);
    at = start + 7 * day;
    expect(await listed()).toEqual(['decision trusted', 'decision trusted']);
    at = start + 14 * day - 1;
    await run(`keys renew ${where}`);
    at += 1;
    expect(await listed()).toEqual(['decision retired', 'decision trusted']);
  });

  it('lists a further publisher at once, from its public key', async () => {
    expect((await run(`keys next --use evidence --replaces none --public-key ci.pub ${where} --json`)).code).toBe(0);
    expect(await listed()).toEqual(['evidence trusted', 'decision trusted']);
  });

  it('revokes a key, and the one that is published takes over at once', async () => {
    await run(`keys next --use decision ${where} --private-out decision.next.pem`);
    const revoked = await run(`keys revoke ${decision.keyId} ${where}`);
    expect(revoked.out).toMatch(/revoked at 2026-11-21T12:00:00.000Z\n/);
    expect(await listed()).toEqual(['decision revoked', 'decision trusted']);
    expect((await run(`keys revoke ${decision.keyId} ${where}`)).err).toContain('KEY_CHANGE_REFUSED');
  });

  it('renews a key set that has expired, and touches none that another root signed', async () => {
    at = start + 30 * day;
    expect((await run(`keys renew ${where}`)).out).toContain('version 2');
    const before = await readFile(join(folder, 'keyset.json'), 'utf8');
    expect(await run('keys renew --key-set keyset.json --root-key stranger.pem')).toMatchObject({
      code: expect.any(Number),
      err: expect.stringContaining('KEY_SET_UNTRUSTED'),
    });
    expect(await readFile(join(folder, 'keyset.json'), 'utf8')).toBe(before);
  });

  it('says what is missing or too much', async () => {
    expect((await run(`keys next --use decision ${where}`)).err).toContain('--public-key or --private-out');
    expect((await run(`keys next --use token ${where} --private-out t.pem`)).err).toContain('0 keys are in force');
    expect((await run(`keys next --use nothing ${where} --private-out t.pem`)).code).toBe(2);
    expect((await run('keys revoke x')).err).toContain('--key-set');
  });
});
