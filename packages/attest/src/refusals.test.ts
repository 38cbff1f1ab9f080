// What a caller is told: the code, the words and the HTTP status of each refusal.
import { generateKeyPairSync } from 'node:crypto';
import { predicateTypes } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { maxPayloadBytes, parseBundle } from './bundle.ts';
import { canonicalize } from './canonical-json.ts';
import { bundle, change, ours, payloadText, rename, resign, resolveKey, signedOver, statement, theirs } from './fixtures/signed-bundle.ts';
import { keyIdOf } from './key-id.ts';
import { generateSigningKey, publicKeyFromPem } from './key.ts';
import { parseKeySet } from './key-set.ts';
import { signKeySet, verifyKeySet } from './key-set-bundle.ts';
import { signStatement } from './sign-statement.ts';
import { assertSignatureEncoding } from './signature.ts';
import { localSigner } from './signer.ts';
import { parseStrictJson } from './strict-json.ts';
import { parseTrustPolicy } from './trust-policy.ts';
import { verifyBundle } from './verify-bundle.ts';

const { keyId, algorithm, publicKeyPem } = generateSigningKey('ed25519');
const key = {
  keyId,
  algorithm,
  publicKeyPem,
  use: 'evidence' as const,
  notBefore: '2026-11-01T00:00:00Z',
  notAfter: '2026-12-01T00:00:00Z',
  revokedAt: null,
};
const keySet = { version: 7, issuedAt: '2026-11-02T00:00:00Z', expiresAt: '2026-11-09T00:00:00Z', keys: [key] };
const root = localSigner(ours.privateKeyPem);
const signed = await signKeySet(keySet, root);
const now = Date.parse('2026-11-03T00:00:00Z');
const options = { rootPublicKeys: [ours.publicKeyPem], now };
const bySubject = async (fields: object) =>
  signStatement({ ...statement, predicateType: predicateTypes.keySet, predicate: keySet, ...fields }, root);
const [otherType, otherSubject] = [await bySubject({ predicateType: predicateTypes.evidence }), await bySubject({})];
const verify = (input: unknown) => verifyBundle(input, resolveKey);
const secp = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
const cyclic: unknown[] = [];
cyclic.push(cyclic);

type Refusal = readonly [message: string, code: string, status: number, work: () => unknown];

const bundles: readonly Refusal[] = [
  [
    'not a signed bundle: /dsseEnvelope/signatures must hold exactly one signature',
    'BUNDLE_INVALID',
    400,
    () => parseBundle(change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop())),
  ],
  [
    'not a signed bundle: /verificationMaterial/publicKey/hint must equal the keyid of the signature',
    'BUNDLE_INVALID',
    400,
    () => parseBundle(change(bundle, (b) => (b.dsseEnvelope.signatures[0].keyid = theirs.keyId))),
  ],
  ['a bundle holds at most 1048576 bytes of payload', 'BUNDLE_TOO_LARGE', 413, () => parseBundle(' '.repeat(2 * maxPayloadBytes))],
  ['no accepted key has the id THEIRS', 'KEY_UNKNOWN', 403, () => verify(rename(bundle, theirs.keyId))],
  ['the signature is not by OURS over this payload', 'SIGNATURE_INVALID', 403, () => verify(resign(bundle, theirs, 'der'))],
  [
    'a signature by ecdsa-p256 must be the strict DER form of two positive integers',
    'SIGNATURE_ENCODING_INVALID',
    400,
    () => verify(resign(bundle, ours, 'ieee-p1363')),
  ],
  [
    'a signature by ed25519 must be 64 bytes',
    'SIGNATURE_ENCODING_INVALID',
    400,
    () => assertSignatureEncoding(Buffer.alloc(65), 'ed25519'),
  ],
  [
    `a statement of ${statement.predicateType} must be in RFC 8785 form`,
    'PAYLOAD_NOT_CANONICAL',
    400,
    () => verify(signedOver(Buffer.from(` ${payloadText()}`))),
  ],
];

const keys: readonly Refusal[] = [
  ['expected one PEM block labelled PUBLIC KEY', 'KEY_INVALID', 400, () => publicKeyFromPem(ours.privateKeyPem)],
  ['expected one PEM block labelled PRIVATE KEY', 'KEY_INVALID', 400, () => localSigner(ours.publicKeyPem)],
  [
    'the PEM block labelled PUBLIC KEY cannot be read',
    'KEY_INVALID',
    400,
    () => publicKeyFromPem('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'),
  ],
  ['expected a key of P-256 or Ed25519', 'KEY_INVALID', 400, () => keyIdOf(secp)],
  [
    'expected a key of P-256 or Ed25519',
    'KEY_INVALID',
    400,
    () => localSigner(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  ],
  ['the clock shows no time', 'KEY_SET_NOT_YET_VALID', 503, () => verifyKeySet(signed, { ...options, now: Number.NaN })],
  [
    'the key set is dated 86400.0 s ahead of the clock (2026-11-02T00:00:00Z)',
    'KEY_SET_NOT_YET_VALID',
    503,
    () => verifyKeySet(signed, { ...options, now: Date.parse('2026-11-01T00:00:00Z') }),
  ],
  [
    'the key set expired at 2026-11-09T00:00:00Z',
    'KEY_SET_EXPIRED',
    503,
    () => verifyKeySet(signed, { ...options, now: Date.parse('2026-11-09T00:00:00Z') }),
  ],
  [
    'the key set has version 7, version 8 was seen before',
    'KEY_SET_ROLLED_BACK',
    503,
    () => verifyKeySet(signed, { ...options, minimumVersion: 8 }),
  ],
  ['the key set is not signed by a pinned root', 'KEY_SET_UNTRUSTED', 503, () => verifyKeySet(signed, { ...options, rootPublicKeys: [] })],
  [`a key set has the predicate type ${predicateTypes.keySet}`, 'KEY_SET_INVALID', 400, () => verifyKeySet(otherType, options)],
  ['the subject is not the digest of the key set', 'KEY_SET_INVALID', 400, () => verifyKeySet(otherSubject, options)],
  [
    'not a key set: /keys/1/keyId must be listed once, with one use',
    'KEY_SET_INVALID',
    400,
    () => parseKeySet({ ...keySet, keys: [key, key] }),
  ],
];

describe.each([
  ['a bundle', bundles],
  ['keys', keys],
])('a refusal of %s says why', (_title, refusals) => {
  it.each(refusals)('%s', (message, code, status, work) => {
    const told = message.replace('OURS', ours.keyId).replace('THEIRS', theirs.keyId);
    expect(work).toThrow(expect.objectContaining({ message: told, code, status }));
  });
});

describe('what went wrong underneath', () => {
  it('is kept as the cause', () => {
    const unreadable = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----';
    expect(() => publicKeyFromPem(unreadable)).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
    expect(() => verifyKeySet(signed, { ...options, rootPublicKeys: [] })).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'KEY_UNKNOWN' }) }),
    );
    expect(() => parseStrictJson('{')).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
    expect(() => parseStrictJson(Buffer.of(0xff))).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
  });
});

describe('a statement that is too large to sign', () => {
  it('is refused with the bound, which counts bytes of its canonical form', async () => {
    const sized = (bytes: number) => {
      const frame = Buffer.byteLength(canonicalize({ ...statement, predicate: { blob: '' } }));
      return signStatement({ ...statement, predicate: { blob: 'x'.repeat(bytes - frame) } }, root);
    };
    await expect(sized(maxPayloadBytes + 1)).rejects.toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
      message: 'a statement has at most 1048576 bytes',
      status: 413,
    });
    expect(verify(await sized(maxPayloadBytes)).payload).toHaveLength(maxPayloadBytes);
  });
});

const withKey = (fields: object) => () => parseKeySet({ ...keySet, keys: [{ ...key, ...fields }] });
const faults: readonly (readonly [path: string, code: string, message: string, work: () => unknown])[] = [
  ['', 'syntax', 'is not valid JSON', () => parseStrictJson('{')],
  ['', 'encoding', 'is not valid UTF-8', () => parseStrictJson(Buffer.of(0xff))],
  ['/__proto__', 'forbidden_name', 'is a name that no field may have', () => parseStrictJson('{"__proto__":1}')],
  ['/a', 'duplicate_name', 'occurs twice in its object', () => parseStrictJson('{"a":1,"a":2}')],
  ['/0'.repeat(128), 'too_deep', 'nests deeper than 128', () => parseStrictJson('['.repeat(129) + ']'.repeat(129))],
  ['', 'lone_surrogate', 'must be well-formed Unicode', () => canonicalize('\ud800')],
  ['/\ud800', 'lone_surrogate', 'name must be well-formed Unicode', () => canonicalize({ '\ud800': 1 })],
  ['', 'not_finite', 'must be a finite number', () => canonicalize(Number.NaN)],
  ['', 'not_json', 'must be a JSON value, not bigint', () => canonicalize(1n)],
  ['/0', 'cycle', 'must not contain itself', () => canonicalize(cyclic)],
  ['', 'not_plain', 'must be a plain object without symbol keys', () => canonicalize(new Map())],
  ['/0'.repeat(128), 'too_deep', 'must not nest deeper than 128', () => canonicalize(JSON.parse('['.repeat(129) + ']'.repeat(129)))],
  ['/keys/0/notAfter', 'custom', 'must lie after notBefore', withKey({ notAfter: key.notBefore })],
  ['/keys/0/publicKeyPem', 'custom', 'must be an SPKI PEM of P-256 or Ed25519', withKey({ publicKeyPem: 'x' })],
  ['/keys/0/keyId', 'custom', 'must be the id of publicKeyPem', withKey({ keyId: ours.keyId })],
  ['/keys/0/algorithm', 'custom', 'must be the algorithm of publicKeyPem', withKey({ algorithm: 'ecdsa-p256' })],
  ['/keys/1/keyId', 'custom', 'must be listed once, with one use', () => parseKeySet({ ...keySet, keys: [key, key] })],
  ['/expiresAt', 'custom', 'must lie after issuedAt', () => parseKeySet({ ...keySet, expiresAt: keySet.issuedAt })],
  ['/note', 'unrecognized_key', 'is not a known field', () => parseTrustPolicy({ signers: [], note: 1 })],
  ['/dsseEnvelope/payload', 'custom', 'must be base64', () => parseBundle(change(bundle, (b) => (b.dsseEnvelope.payload = '?')))],
];

describe('a fault names where, what kind and why, and the message repeats the first', () => {
  it.each(faults)('%j %s: %s', (path, code, message, work) => {
    expect(work).toThrow(expect.objectContaining({ status: 400, faults: [{ path, code, message }] }));
    expect(work).toThrow(` ${path} ${message}`);
  });

  it.each<[string, () => unknown]>([
    ['not a signed bundle:', () => parseBundle({})],
    ['value has no canonical JSON form:', () => canonicalize(1n)],
    ['JSON', () => parseStrictJson('{')],
    ['JSON', () => parseStrictJson('{"a":1,"a":1}')],
    ['JSON', () => parseStrictJson(Buffer.of(0xff))],
    ['not a key set:', () => parseKeySet({})],
    ['not a trust policy:', () => parseTrustPolicy({})],
    ['not an in-toto Statement:', () => verify(signedOver(Buffer.from('{}')))],
  ])('beginning with what it is that was refused: %s', (title, work) => {
    expect(work).toThrow(new RegExp(`^${title} `));
  });
});
