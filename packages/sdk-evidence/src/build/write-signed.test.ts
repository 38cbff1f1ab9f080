import { generateSigningKey, localSigner, publicKeyFromPem, verifyBundle } from '@promotable/attest';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildStageEvidence } from './build-stage-evidence.ts';
import { parseSigned } from './signed-evidence.ts';
import { writeSigned } from './write-signed.ts';

const key = generateSigningKey('ecdsa-p256');
const signer = localSigner(key.privateKeyPem);
const statement = (p95Ms: number) =>
  buildStageEvidence({
    service: 'checkout',
    releaseId: 'r1',
    artifacts: [{ name: 'a', sha256: 'a'.repeat(64) }],
    environment: 'production',
    checkpoint: '20',
    podTemplateHash: { absent: 'NOT_APPLICABLE' },
    window: { from: '2026-11-21T13:00:00Z', until: '2026-11-21T13:05:00Z' },
    samples: { slo: 1000 },
    run: { provider: 'gate', id: '1', attempt: 1 },
    slo: { source: 'test', canary: { p95Ms, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 }, stable: { absent: 'NO_STABLE' } },
  });

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signed-'));
  path = join(directory, 'evidence.json');
});
afterEach(() => rm(directory, { recursive: true }));

describe('writeSigned', () => {
  it('leaves one file with mode 0644, whose bytes verify', async () => {
    const signed = await writeSigned(statement(100), { path, signer });
    expect(await readdir(directory)).toEqual(['evidence.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    expect(Buffer.compare(await readFile(path), signed.bytes)).toBe(0);
    const verified = verifyBundle(signed.bytes, () => publicKeyFromPem(key.publicKeyPem));
    expect(verified).toMatchObject({ statementDigest: signed.statementDigest, keyId: signer.keyId });
    expect(parseSigned(await readFile(path))).toEqual({ ...signed, bytes: await readFile(path) });
  });

  it('writes once: a second call for the same statement and key keeps the bytes, though ECDSA would give others', async () => {
    const first = await writeSigned(statement(100), { path, signer });
    const second = await writeSigned(statement(100), { path, signer });
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
  });

  it("replaces another statement, another key's signature and anything else that lies there", async () => {
    const first = await writeSigned(statement(100), { path, signer });
    const other = await writeSigned(statement(200), { path, signer });
    expect(other.statementDigest).not.toBe(first.statementDigest);
    const resigned = await writeSigned(statement(200), { path, signer: localSigner(generateSigningKey('ed25519').privateKeyPem) });
    expect(resigned).toMatchObject({ statementDigest: other.statementDigest });
    expect(Buffer.compare(resigned.bytes, other.bytes)).not.toBe(0);
    await writeFile(path, '<html>');
    expect(parseSigned((await writeSigned(statement(200), { path, signer })).bytes).statementDigest).toBe(other.statementDigest);
  });

  it('leaves what was there when signing fails, and no temporary file', async () => {
    await writeFile(path, 'before');
    const broken = { keyId: signer.keyId, algorithm: signer.algorithm, sign: () => Promise.reject(new Error('key store away')) };
    await expect(writeSigned(statement(100), { path, signer: broken })).rejects.toThrow('key store away');
    await expect(writeSigned(statement(100), { path: join(directory, 'no', 'such'), signer })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writeSigned(statement(100), { path: directory, signer })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(directory)).toEqual(['evidence.json']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });
});

describe('parseSigned', () => {
  it.each([
    ['text that is no JSON', 'nope'],
    ['JSON that is no bundle', '{"payload":"e30="}'],
    ['nothing', ''],
  ])('refuses %s as BUNDLE_INVALID', (_, text) => {
    expect(() => parseSigned(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID', status: 400 }));
  });

  it('refuses a bundle of another predicate type, and one whose predicate is none, with every fault', async () => {
    const { bundle } = await writeSigned(statement(100), { path, signer });
    const withPayload = (payload: unknown) =>
      Buffer.from(
        JSON.stringify({
          ...bundle,
          dsseEnvelope: { ...bundle.dsseEnvelope, payload: Buffer.from(JSON.stringify(payload)).toString('base64') },
        }),
      );
    expect(() => parseSigned(withPayload({ ...statement(1), predicateType: 'https://example.com/x' }))).toThrow('/predicateType');
    expect(() => parseSigned(withPayload({ ...statement(1), predicate: { checkpoint: 'build' } }))).toThrow(
      expect.objectContaining({ faults: expect.arrayContaining([expect.objectContaining({ path: '/predicate/service' })]) }),
    );
  });
});
