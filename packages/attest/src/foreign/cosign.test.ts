// Bundles that cosign wrote, kept as they came: `src/fixtures/cosign/README.md` says how.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { publicKeyFromPem } from '../key.ts';
import { verifyForeignBlob, verifyForeignStatement } from './verify-foreign.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/cosign', name));
const blob = read('blob.txt');
const keyOf = (algorithm: string) => publicKeyFromPem(read(`${algorithm}.pub`).toString());
const keys = [keyOf('p256'), keyOf('ed25519')];
const statement = { predicateType: 'https://example.com/build/v1', predicate: { service: 'checkout' } };

describe('cosign 3.1.3', () => {
  it.each([
    ['p256.predicate', 'https://in-toto.io/Statement/v0.1'],
    ['p256.statement', 'https://in-toto.io/Statement/v1'],
  ])('attests a blob: %s', (name, type) => {
    const verified = verifyForeignStatement(read(`${name}.sigstore.json`), { keys, blob });
    expect(verified).toMatchObject({
      keyId: keyOf(name.split('.')[0] ?? '').keyId,
      unchecked: [],
      statement: { ...statement, _type: type },
    });
  });

  it.each(['p256', 'ed25519'])('signs a blob by %s', (algorithm) => {
    const verified = verifyForeignBlob(read(`${algorithm}.blob.sigstore.json`), { keys, blob });
    expect(verified).toEqual({ keyId: keyOf(algorithm).keyId, unchecked: [], blobDigest: sha256Hex(blob) });
  });

  it('attests by Ed25519 in a way that it cannot verify itself (sigstore/cosign#5074), and neither do we', () => {
    const attested = read('ed25519.predicate.sigstore.json');
    expect(() => verifyForeignStatement(attested, { keys, blob })).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
  });

  it('is believed about its own bytes and by its own key alone', () => {
    const [attested, signed] = [read('p256.predicate.sigstore.json'), read('ed25519.blob.sigstore.json')];
    const other = Buffer.from('hello blot');
    expect(() => verifyForeignStatement(attested, { keys, blob: other })).toThrow(expect.objectContaining({ code: 'BLOB_MISMATCH' }));
    expect(() => verifyForeignBlob(signed, { keys, blob: other })).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
    const strangers = { keys: [keyOf('ed25519')], blob };
    expect(() => verifyForeignStatement(attested, strangers)).toThrow(expect.objectContaining({ code: 'SIGNATURE_ENCODING_INVALID' }));
  });
});
