import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, sha256Hex } from './digest.ts';
import { fileDigest } from './file-digest.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attest-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the digest of a file', () => {
  it.each([0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_500_000])('is that of its bytes, for %i bytes', async (size) => {
    const bytes = Buffer.alloc(size).map((_, index) => (index * 31) & 0xff);
    const path = join(directory, `file-${size}`);
    await writeFile(path, bytes);
    expect(await fileDigest(path)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('rejects for a file that is not there', async () => {
    await expect(fileDigest(join(directory, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops when its signal is aborted', async () => {
    await expect(fileDigest(join(directory, 'absent'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

describe('digests of values', () => {
  it('are SHA-256 in hex: of bytes, of UTF-8 text, of the canonical form', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256Hex('é')).toBe(sha256Hex(Buffer.from([0xc3, 0xa9])));
    expect(digestOf({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
  });
});
