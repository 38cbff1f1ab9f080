import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  generateSigningKey,
  type KeySet,
  localSigner,
  publicKeyFromPem,
  signKeySet,
  signStatement,
  type SigningKeyPair,
  verifyKeySet,
  withNextKey,
  withRevokedKey,
} from '@promotable/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureDevelopmentKeys, renewDevelopmentKeySet } from './development-keys.ts';
import { openKeyDirectory } from './key-directory.ts';
import { onFiles, resetData, writeFileWhole } from './local-files.ts';

let data: string;
let directory: string;
const clock = { at: Date.parse('2026-11-21T12:00:00Z'), now: () => clock.at, monotonic: () => 0 };

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'promotable-keys-'));
  directory = join(data, 'keys');
});

afterEach(() => rm(data, { recursive: true }));

describe('local keys', () => {
  it('are made once, private ones readable by their owner alone, and a second start finds them', async () => {
    await Promise.all([ensureDevelopmentKeys(directory, clock), ensureDevelopmentKeys(directory, clock)]);
    const first = await readFile(join(directory, 'decision.pem'), 'utf8');
    await ensureDevelopmentKeys(directory, clock);
    expect(await readFile(join(directory, 'decision.pem'), 'utf8')).toBe(first);
    for (const name of ['root', 'decision', 'checkpoint', 'token', 'evidence'])
      expect((await stat(join(directory, `${name}.pem`))).mode & 0o777).toBe(0o600);
    const keys = await openKeyDirectory({ directory, production: false, clock });
    expect(
      keys
        .trust()
        .keySet.keys.map(({ use }) => use)
        .sort(),
    ).toEqual(['checkpoint', 'decision', 'evidence', 'override', 'token']);
  });

  it('that were made before overrides could be granted get their key, once', async () => {
    await ensureDevelopmentKeys(directory, clock);
    await rm(join(directory, 'override.pem'));
    await Promise.all([ensureDevelopmentKeys(directory, clock), ensureDevelopmentKeys(directory, clock)]);
    const { override, trust } = await openKeyDirectory({ directory, production: false, clock });
    expect(trust().keySet.keys.some(({ keyId, use }) => keyId === override?.keyId && use === 'override')).toBe(true);
    const { version } = trust().keySet;
    await ensureDevelopmentKeys(directory, clock);
    expect((await openKeyDirectory({ directory, production: false, clock })).trust().keySet.version).toBe(version);
  });

  it('are refused in production, wherever they were copied to', async () => {
    await ensureDevelopmentKeys(directory, clock);
    await expect(openKeyDirectory({ directory, production: true, clock })).rejects.toMatchObject({ code: 'DEVELOPMENT_ONLY' });
  });

  it('get a new version of their key set before it expires, still signed by the same root', async () => {
    await ensureDevelopmentKeys(directory, clock);
    const keys = await openKeyDirectory({ directory, production: false, clock });
    expect(await renewDevelopmentKeySet(directory, clock)).toBe(false);
    clock.at += 2 * 86_400_000;
    expect(await renewDevelopmentKeySet(directory, clock)).toBe(true);
    await keys.refresh();
    const { keySet, keySetBundle } = keys.trust();
    expect(keySet.version).toBe(2);
    expect(verifyKeySet(keySetBundle, { rootPublicKeys: [keys.rootPublicKey], now: clock.at + 6 * 86_400_000 })).toEqual(keySet);
  });
});

describe('a key directory', () => {
  it('says in one line which file cannot be used, and quotes none of it', async () => {
    await ensureDevelopmentKeys(directory, clock);
    const secret = await readFile(join(directory, 'decision.pem'), 'utf8');
    const broken = { 'decision.pem': 'no key', 'keyset.json': '{}', 'trust-policy.json': '{"signers": 1}', 'root.pub': secret };
    for (const [name, text] of Object.entries(broken)) {
      const before = await readFile(join(directory, name), 'utf8');
      await writeFile(join(directory, name), text);
      const error = await openKeyDirectory({ directory, production: false, clock }).catch((reason: Error) => reason);
      expect(error).toMatchObject({ code: 'KEYS_UNUSABLE', message: expect.stringMatching(/^[^\n]+$/) });
      expect((error as Error).message).not.toContain(secret.split('\n')[1]);
      await writeFile(join(directory, name), before);
    }
    await openKeyDirectory({ directory, production: false, clock });
  });

  it('refuses a signing key that the key set lists for another use', async () => {
    await ensureDevelopmentKeys(directory, clock);
    await copyFile(join(directory, 'evidence.pem'), join(directory, 'decision.pem'));
    await expect(openKeyDirectory({ directory, production: false, clock })).rejects.toMatchObject({
      code: 'KEYS_UNUSABLE',
      message: expect.stringContaining('unknown for the use decision'),
    });
  });

  it('keeps what it has read where a replacement cannot be used, an older key set included', async () => {
    await ensureDevelopmentKeys(directory, clock);
    const old = await readFile(join(directory, 'keyset.json'), 'utf8');
    clock.at += 2 * 86_400_000;
    await renewDevelopmentKeySet(directory, clock);
    const keys = await openKeyDirectory({ directory, production: false, clock });
    for (const text of [old, 'nonsense']) {
      await writeFile(join(directory, 'keyset.json'), text);
      await expect(keys.refresh()).rejects.toMatchObject({ code: 'KEYS_UNUSABLE' });
      expect(keys.trust().keySet.version).toBe(2);
    }
  });
});

describe('local files', () => {
  it('a reset removes what MC keeps and nothing else', async () => {
    await ensureDevelopmentKeys(directory, clock);
    await writeFileWhole(join(data, 'mine.txt'), 'mine');
    await resetData(data);
    await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(join(data, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('a full disk and a read-only place each say what to do, in one line', async () => {
    const failing = (code: string) => onFiles('/somewhere', () => Promise.reject(Object.assign(new Error('low level'), { code })));
    await expect(failing('ENOSPC')).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/^The disk that holds \/somewhere is full[^\n]*--data\.$/),
    });
    await expect(failing('EROFS')).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringMatching(/^\/somewhere cannot be written[^\n]*--data\.$/),
    });
  });
});

describe('a rotation', () => {
  const minute = 60_000;

  it('signs by the next key two minutes after it came into force, whole, and goes on believing tokens of the old one', async () => {
    await ensureDevelopmentKeys(directory, clock);
    const keys = await openKeyDirectory({ directory, production: false, clock });
    const before = keys.decision.keyId;
    const firstToken = keys.token?.kid;
    const [decision, token] = [generateSigningKey('ed25519'), generateSigningKey('ecdsa-p256')];
    await rotate({ decision, token });
    await keys.refresh();
    const signing = () => [keys.decision.keyId, keys.token?.kid];
    expect(signing()).toEqual([before, firstToken]);
    clock.at += 60 * minute + 2 * minute - 1;
    expect(signing()).toEqual([before, firstToken]);
    clock.at += 1;
    expect(signing()).toEqual([decision.keyId, token.keyId]);
    expect(keys.tokenKeys()?.publicKeys.map(({ kid }) => kid)).toEqual([firstToken, token.keyId]);
    clock.at += 8 * 86_400_000;
    expect([keys.statusOf(before, 'decision'), keys.statusOf(decision.keyId, 'decision')]).toEqual(['retired', 'trusted']);
    expect(keys.tokenKeys()?.publicKeys[0]?.issuedBefore).toBeLessThan(clock.at);
  });

  it('goes over at once where the old key is revoked, and says so where there is no other', async () => {
    await ensureDevelopmentKeys(directory, clock);
    const keys = await openKeyDirectory({ directory, production: false, clock });
    const [before, decision] = [keys.decision.keyId, generateSigningKey('ed25519')];
    await rotate({ decision });
    await change((keySet) => withRevokedKey(keySet, { now: clock.at, keyId: before }));
    await keys.refresh();
    expect(keys.decision.keyId).toBe(decision.keyId);
    await change((keySet) => withRevokedKey(keySet, { now: clock.at, keyId: decision.keyId }));
    await keys.refresh();
    await expect(signStatement({} as never, keys.decision)).rejects.toMatchObject({ code: 'KEYS_UNUSABLE' });
    await expect(openKeyDirectory({ directory, production: false, clock })).rejects.toMatchObject({
      message: expect.stringContaining('revoked for the use decision'),
    });
  });

  /** Publishes the next keys an hour ahead, private halves beside those in use. */
  async function rotate(next: Partial<Record<'decision' | 'token', SigningKeyPair>>): Promise<void> {
    for (const [use, pair] of Object.entries(next) as ['decision' | 'token', SigningKeyPair][]) {
      await writeFile(join(directory, `${use}.next.pem`), pair.privateKeyPem);
      await change((keySet) => {
        const replaces = keySet.keys.find((entry) => entry.use === use)?.keyId ?? null;
        return withNextKey(keySet, publicKeyFromPem(pair.publicKeyPem), { now: clock.at, use, replaces, leadMs: 60 * minute });
      });
    }
  }

  async function change(next: (keySet: KeySet) => KeySet): Promise<void> {
    const path = join(directory, 'keyset.json');
    const rootPublicKeys = [await readFile(join(directory, 'root.pub'), 'utf8')];
    const keySet = verifyKeySet(JSON.parse(await readFile(path, 'utf8')), { rootPublicKeys, now: clock.at });
    const root = localSigner(await readFile(join(directory, 'root.pem'), 'utf8'));
    await writeFile(path, JSON.stringify(await signKeySet(next(keySet), root)));
  }
});
