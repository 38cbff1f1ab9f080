// What a caller is told of a bundle that another tool made: the code, the words and the HTTP status of each refusal.
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maxPayloadBytes } from '../bundle.ts';
import { sha256Hex } from '../digest.ts';
import { base64, bundle, change, edwards, ours, payloadWith, resign, signedOver, statement, theirs } from '../fixtures/signed-bundle.ts';
import { publicKeyFromPem } from '../key.ts';
import { verifyForeignBlob, verifyForeignStatement } from './verify-foreign.ts';

const blob = Buffer.from('checkout');
const keys = [ours, edwards].map(({ publicKeyPem }) => publicKeyFromPem(publicKeyPem));
const older = 'https://in-toto.io/Statement/v0.1';
const most = Math.ceil(maxPayloadBytes / 3) * 4 + (1 << 18);

const statementBy = (input: unknown, bytes?: Uint8Array) =>
  verifyForeignStatement(typeof input === 'string' ? input : JSON.stringify(input), bytes === undefined ? { keys } : { keys, blob: bytes });
const blobBy = (signature: string, digest = sha256Hex(blob)) =>
  verifyForeignBlob(
    JSON.stringify({
      mediaType: bundle.mediaType,
      verificationMaterial: { publicKey: { hint: '' } },
      messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(digest, 'hex').toString('base64') }, signature },
    }),
    { keys, blob },
  );
const signature = sign('sha256', blob, ours.privateKeyPem).toString('base64');
const payload = (value: string | Buffer) => change(bundle, (b) => (b.dsseEnvelope.payload = base64(value)));

describe('a refusal says why', () => {
  it.each<[message: string, code: string, status: number, work: () => unknown]>([
    [
      'not a bundle signed by a key: /messageSignature is missing: the bundle holds another kind of signature',
      'BUNDLE_INVALID',
      400,
      () => verifyForeignBlob(JSON.stringify(bundle), { keys, blob }),
    ],
    [
      'not a bundle signed by a key:  must hold either a dsseEnvelope or a messageSignature',
      'BUNDLE_INVALID',
      400,
      () => statementBy({ ...bundle, dsseEnvelope: undefined }),
    ],
    [
      'not a bundle signed by a key: /dsseEnvelope/payload must be base64',
      'BUNDLE_INVALID',
      400,
      () => statementBy(change(bundle, (b) => (b.dsseEnvelope.payload = '?'))),
    ],
    [
      'not a bundle signed by a key: /dsseEnvelope/signatures must hold exactly one signature',
      'BUNDLE_INVALID',
      400,
      () => statementBy(change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop())),
    ],
    [`a bundle has at most ${most} bytes`, 'BUNDLE_TOO_LARGE', 413, () => statementBy(' '.repeat(most + 1))],
    [
      'a bundle holds at most 1048576 bytes of payload',
      'BUNDLE_TOO_LARGE',
      413,
      () => statementBy(payload(Buffer.alloc(maxPayloadBytes + 1))),
    ],
    ['the statement is not about these bytes', 'BLOB_MISMATCH', 403, () => statementBy(bundle, Buffer.from('other'))],
    ['the bundle was made for other bytes', 'BLOB_MISMATCH', 403, () => blobBy(signature, sha256Hex('other'))],
    ['the signature is not by OURS over these bytes', 'SIGNATURE_INVALID', 403, () => statementBy(resign(bundle, theirs, 'der'))],
    ['a signature must be strict DER (P-256) or 64 bytes (Ed25519)', 'SIGNATURE_ENCODING_INVALID', 400, () => blobBy('AAAA')],
    [
      'no pinned key made this signature over these bytes',
      'KEY_UNKNOWN',
      403,
      () => blobBy(sign('sha256', blob, theirs.privateKeyPem).toString('base64')),
    ],
    [
      `a statement of ${statement.predicateType} must be of type https://in-toto.io/Statement/v1`,
      'STATEMENT_INVALID',
      400,
      () => statementBy(signedOver(Buffer.from(payloadWith({ _type: older })))),
    ],
  ])('%s', (message, code, status, work) => {
    expect(work).toThrow(expect.objectContaining({ message: message.replace('OURS', ours.keyId), code, status }));
  });

  it.each<[string, string, string, () => unknown]>([
    ['/dsseEnvelope/payload', 'custom', 'must be base64', () => statementBy(change(bundle, (b) => (b.dsseEnvelope.payload = '?')))],
    [
      '/_type',
      'invalid_value',
      'must be https://in-toto.io/Statement/v1',
      () => statementBy(signedOver(Buffer.from(payloadWith({ _type: older })))),
    ],
    [
      '/dsseEnvelope',
      'missing',
      'is missing: the bundle holds another kind of signature',
      () => statementBy({ ...bundle, dsseEnvelope: undefined, messageSignature: { signature } }),
    ],
  ])('and where: %s %s: %s', (path, code, message, work) => {
    expect(work).toThrow(expect.objectContaining({ faults: [{ path, code, message }] }));
  });
});

describe('a foreign bundle', () => {
  it('is read up to its bound, with a payload of 1 MiB', () => {
    expect(statementBy(JSON.stringify(bundle).padEnd(most)).keyId).toBe(ours.keyId);
    const frame = Buffer.byteLength(JSON.stringify({ ...statement, predicateType: 'https://example.com/x', predicate: { blob: '' } }));
    const text = payloadWith({ predicateType: 'https://example.com/x', predicate: { blob: 'x'.repeat(maxPayloadBytes - frame) } });
    expect(statementBy(signedOver(Buffer.from(text))).payload).toHaveLength(maxPayloadBytes);
  });

  it.each(['null', '1', '"_type"', '[]', '{}'])('is refused when it holds %s instead of a statement', (text) => {
    expect(() => statementBy(signedOver(Buffer.from(text)))).toThrow(expect.objectContaining({ code: 'STATEMENT_INVALID' }));
  });

  it('may be about several subjects, of which one is the blob', () => {
    const subject = [{ digest: { sha256: sha256Hex('other') } }, ...statement.subject];
    const text = payloadWith({ predicateType: 'https://example.com/x', subject });
    expect(statementBy(signedOver(Buffer.from(text)), blob).keyId).toBe(ours.keyId);
  });
});
