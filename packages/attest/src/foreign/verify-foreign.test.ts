import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AttestError } from '../attest-error.ts';
import { maxPayloadBytes } from '../bundle.ts';
import { sha256Hex } from '../digest.ts';
import { base64, bundle, change, edwards, edwardsBundle, ours, resign, signedOver, statement, theirs } from '../fixtures/signed-bundle.ts';
import { publicKeyFromPem, type SigningKeyPair } from '../key.ts';
import { hintsOf } from './key-hints.ts';
import { verifyForeignBlob, verifyForeignStatement } from './verify-foreign.ts';

const blob = Buffer.from('checkout');
const [oursKey, theirsKey, edwardsKey] = [ours, theirs, edwards].map(({ publicKeyPem }) => publicKeyFromPem(publicKeyPem));
const keys = [oursKey, edwardsKey].filter((key) => key !== undefined);
const [hint = '', spkiHint = '', spkiHex = ''] = oursKey === undefined ? [] : hintsOf(oursKey);

const older = 'https://in-toto.io/Statement/v0.1';
const entry = { logIndex: '7', canonicalizedBody: 'AAAA' };

function messageBundle(fields: Record<string, unknown> = {}, pair: SigningKeyPair = ours) {
  const signature = sign(pair.algorithm === 'ed25519' ? null : 'sha256', blob, pair.privateKeyPem).toString('base64');
  const messageDigest = { algorithm: 'SHA2_256', digest: Buffer.from(sha256Hex(blob), 'hex').toString('base64') };
  const { mediaType } = bundle;
  return { mediaType, verificationMaterial: { publicKey: { hint: '' } }, messageSignature: { messageDigest, signature, ...fields } };
}

function attempt<T>(verify: () => T): T | string {
  try {
    return verify();
  } catch (error) {
    if (error instanceof AttestError) return error.code;
    throw error;
  }
}

const statementBy = (input: unknown, accepted = keys) => attempt(() => verifyForeignStatement(JSON.stringify(input), { keys: accepted }));
const blobBy = (input: unknown, bytes: Uint8Array = blob) => attempt(() => verifyForeignBlob(JSON.stringify(input), { keys, blob: bytes }));

describe('a statement that another tool signed with a pinned key', () => {
  const named = (name: string | undefined, keyid?: string) =>
    change(bundle, (b) => {
      b.verificationMaterial = { publicKey: name === undefined ? {} : { hint: name } };
      if (keyid === undefined) delete (b.dsseEnvelope.signatures[0] as { keyid?: string }).keyid;
      else b.dsseEnvelope.signatures[0].keyid = keyid;
    });
  it.each<[string, unknown]>([
    ['our own form', bundle],
    ['by Ed25519', edwardsBundle],
    ['without hint and keyid', named(undefined)],
    ['with empty hint and keyid', named('', '')],
    ['with the hint of sigstore-go', named(spkiHint)],
    ['with a hint in hex and a keyid of its own', named(spkiHex, 'release-key')],
    ['of an older media type', { ...bundle, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.3' }],
    [
      'with empty lists of log entries and timestamps',
      change(bundle, (b) => Object.assign(b.verificationMaterial, { tlogEntries: [], timestampVerificationData: {} })),
    ],
  ])('is verified %s', (_title, input) => {
    expect(statementBy(input)).toMatchObject({
      keyId: input === edwardsBundle ? edwards.keyId : ours.keyId,
      unchecked: [],
      statement: { predicate: { release: 'r-1' } },
    });
  });

  it('says that log entries and timestamps came along and were not checked', () => {
    const material = { tlogEntries: [entry], timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'AAAA' }] } };
    expect(statementBy(change(bundle, (b) => Object.assign(b.verificationMaterial, material)))).toMatchObject({
      unchecked: ['transparency-log', 'timestamp'],
    });
  });

  it('must be about the blob, where one is given', () => {
    const text = JSON.stringify(bundle);
    expect(verifyForeignStatement(text, { keys, blob }).statementDigest).toHaveLength(64);
    expect(attempt(() => verifyForeignStatement(text, { keys, blob: Buffer.from('other') }))).toBe('BLOB_MISMATCH');
  });

  it.each<[string, unknown, string]>([
    ['by a key that is not pinned', resign(named(undefined), theirs, 'der'), 'KEY_UNKNOWN'],
    [
      'by another key than the pinned one it names',
      change(edwardsBundle, (b) => (b.verificationMaterial = { publicKey: { hint } })),
      'SIGNATURE_ENCODING_INVALID',
    ],
    ['by a stranger under the hint of a pinned key', resign(named(spkiHint), theirs, 'der'), 'SIGNATURE_INVALID'],
    ['that names two pinned keys', named(hint, edwards.keyId), 'SIGNATURE_ENCODING_INVALID'],
    ['with another payload', change(named(undefined), (b) => (b.dsseEnvelope.payload = base64('{}'))), 'KEY_UNKNOWN'],
    ['with r‖s in place of DER', resign(named(undefined), ours, 'ieee-p1363'), 'KEY_UNKNOWN'],
    ['with a signature of no encoding', change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = 'AAAA')), 'SIGNATURE_ENCODING_INVALID'],
    ['without a signature', change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop()), 'BUNDLE_INVALID'],
    [
      'with two signatures',
      change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).push(b.dsseEnvelope.signatures[0])),
      'BUNDLE_INVALID',
    ],
    ['of another payload type', change(bundle, (b) => (b.dsseEnvelope.payloadType = 'text/plain')), 'BUNDLE_INVALID'],
    ['of an unknown media type', change(bundle, (b) => (b.mediaType += ';version=0.4')), 'BUNDLE_INVALID'],
    ['by a certificate', change(bundle, (b) => (b.verificationMaterial = { certificate: { rawBytes: 'AAAA' } })), 'BUNDLE_INVALID'],
    ['with an unknown field', { ...bundle, verified: true }, 'BUNDLE_INVALID'],
    ['beside a message signature', { ...bundle, messageSignature: messageBundle().messageSignature }, 'BUNDLE_INVALID'],
    ['where a blob was signed instead', messageBundle(), 'BUNDLE_INVALID'],
    [
      'whose statement has no digest',
      signedOver(Buffer.from(JSON.stringify({ ...statement, subject: [{ name: 'x' }] }))),
      'STATEMENT_INVALID',
    ],
    ['that has no predicate', signedOver(Buffer.from(JSON.stringify({ ...statement, predicate: undefined }))), 'STATEMENT_INVALID'],
    ['of our own type in v0.1', signedOver(Buffer.from(JSON.stringify({ ...statement, _type: older }))), 'STATEMENT_INVALID'],
    ['of another version', signedOver(Buffer.from(JSON.stringify({ ...statement, _type: `${older}1` }))), 'STATEMENT_INVALID'],
    ['of our own type, not in canonical form', signedOver(Buffer.from(JSON.stringify(statement, null, 1))), 'PAYLOAD_NOT_CANONICAL'],
    ['that is too large', change(bundle, (b) => (b.dsseEnvelope.payload = base64(Buffer.alloc(maxPayloadBytes + 1)))), 'BUNDLE_TOO_LARGE'],
  ])('is refused %s', (_title, input, code) => expect(statementBy(input)).toBe(code));

  it('is refused when no key is pinned', () => expect(statementBy(bundle, [])).toBe('KEY_UNKNOWN'));

  it('is refused by every other key, whatever it is called', () => {
    expect(statementBy(named(undefined), theirsKey === undefined ? [] : [theirsKey])).toBe('KEY_UNKNOWN');
  });

  it('is not read from text in which a name occurs twice, nor beyond the bound', () => {
    const text = JSON.stringify(bundle).replace('"payload"', '"payload":"e30=","payload"');
    expect(attempt(() => verifyForeignStatement(text, { keys }))).toBe('JSON_INVALID');
    expect(attempt(() => verifyForeignStatement(' '.repeat(2 * maxPayloadBytes), { keys }))).toBe('BUNDLE_TOO_LARGE');
  });

  it('names every fault with its path', () => {
    const broken = change(bundle, (b) => {
      b.mediaType = 'x';
      b.dsseEnvelope.payload = '?';
      b.dsseEnvelope.signatures[0].sig = '';
    });
    try {
      verifyForeignStatement(JSON.stringify(broken), { keys });
      expect.unreachable();
    } catch (error) {
      expect((error as AttestError).faults.map(({ path }) => path)).toEqual([
        '/mediaType',
        '/dsseEnvelope/payload',
        '/dsseEnvelope/signatures/0/sig',
      ]);
    }
  });
});

describe('a blob that another tool signed with a pinned key', () => {
  it.each([
    ['P-256', ours],
    ['Ed25519', edwards],
  ])('is verified by %s', (_algorithm, pair) => {
    expect(blobBy(messageBundle({}, pair))).toEqual({ keyId: pair.keyId, unchecked: [], blobDigest: sha256Hex(blob) });
  });

  it.each<[string, unknown, string]>([
    ['by a key that is not pinned', messageBundle({}, theirs), 'KEY_UNKNOWN'],
    ['with a statement instead', bundle, 'BUNDLE_INVALID'],
    ['with a digest by another hash', messageBundle({ messageDigest: { algorithm: 'SHA2_512', digest: 'AAAA' } }), 'BUNDLE_INVALID'],
    [
      'with a digest of other bytes',
      messageBundle({ messageDigest: { algorithm: 'SHA2_256', digest: base64(Buffer.alloc(32)) } }),
      'BLOB_MISMATCH',
    ],
    [
      'with a digest of 31 bytes',
      messageBundle({ messageDigest: { algorithm: 'SHA2_256', digest: base64(Buffer.alloc(31)) } }),
      'BUNDLE_INVALID',
    ],
    ['with half a digest', messageBundle({ messageDigest: { algorithm: 'SHA2_256' } }), 'BUNDLE_INVALID'],
    ['with an empty signature', messageBundle({ signature: '' }), 'BUNDLE_INVALID'],
  ])('is refused %s', (_title, input, code) => expect(blobBy(input)).toBe(code));

  it.each([{}, undefined])('is verified when the bundle states no digest: %o', (messageDigest) => {
    expect(blobBy(messageBundle({ messageDigest }))).toMatchObject({ keyId: ours.keyId });
    expect(blobBy(messageBundle({ messageDigest }), Buffer.from('Checkout'))).toBe('KEY_UNKNOWN');
  });

  it('is refused when it has changed since', () => expect(blobBy(messageBundle(), Buffer.from('Checkout'))).toBe('BLOB_MISMATCH'));
});
