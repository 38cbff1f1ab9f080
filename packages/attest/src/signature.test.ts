import { createPrivateKey, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKey } from './key.ts';
import { assertSignatureEncoding, signBytes } from './signature.ts';

const r = Buffer.from('11'.repeat(32), 'hex');
const integer = (bytes: Buffer, length = bytes.length) => Buffer.concat([Buffer.of(2, length), bytes]);
const sequence = (...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};
const accepts = (bytes: Uint8Array) => {
  try {
    assertSignatureEncoding(bytes, 'ecdsa-p256');
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'SIGNATURE_ENCODING_INVALID' });
    return false;
  }
};

describe('the encoding of a P-256 signature', () => {
  it('is that of every signature made here', () => {
    const key = createPrivateKey(generateSigningKey('ecdsa-p256').privateKeyPem);
    for (let count = 0; count < 1000; count++) expect(accepts(signBytes(Buffer.of(count), 'ecdsa-p256', key))).toBe(true);
  });

  it.each<[string, Buffer]>([
    ['two integers of 32 bytes', sequence(integer(r), integer(r))],
    [
      'integers with the one zero that their first bit needs',
      sequence(integer(Buffer.concat([Buffer.of(0, 0x80), r.subarray(2)])), integer(Buffer.concat([Buffer.of(0), Buffer.alloc(32, 0xff)]))),
    ],
    ['small integers', sequence(integer(Buffer.of(1)), integer(Buffer.of(0x7f)))],
  ])('may be %s', (_title, bytes) => expect(accepts(bytes)).toBe(true));

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['r and s side by side (P1363)', Buffer.concat([r, r])],
    ['a negative integer', sequence(integer(Buffer.alloc(32, 0x80)), integer(r))],
    ['zero', sequence(integer(Buffer.of(0)), integer(r))],
    ['an empty integer', sequence(integer(Buffer.alloc(0)), integer(r))],
    ['a needless leading zero', sequence(integer(Buffer.concat([Buffer.of(0), r])), integer(r))],
    ['an integer of 33 bytes without leading zero', sequence(integer(Buffer.alloc(33, 0x11)), integer(r))],
    ['one integer', sequence(integer(r))],
    ['three integers', sequence(integer(Buffer.of(1)), integer(Buffer.of(1)), integer(Buffer.of(1)))],
    ['a length that reaches past the end', Buffer.concat([Buffer.of(0x30, 68), integer(r), integer(r, 33)]).subarray(0, 70)],
    ['a length in long form', Buffer.concat([Buffer.of(0x30, 0x81, 68), integer(r), integer(r)])],
    ['a byte behind the end', Buffer.concat([sequence(integer(r), integer(r)), Buffer.of(0)])],
    ['another tag', Buffer.concat([Buffer.of(0x31, 68), integer(r), integer(r)])],
    ['integers with another tag', sequence(Buffer.concat([Buffer.of(3, 32), r]), integer(r))],
  ])('may not be %s', (_title, bytes) => expect(accepts(bytes)).toBe(false));

  it('is not that of a signature by Ed25519, nor the other way round', () => {
    const edwards = generateSigningKey('ed25519');
    expect(accepts(sign(null, r, edwards.privateKeyPem))).toBe(false);
    expect(() => assertSignatureEncoding(sequence(integer(r), integer(r)), 'ed25519')).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_ENCODING_INVALID' }),
    );
  });
});
