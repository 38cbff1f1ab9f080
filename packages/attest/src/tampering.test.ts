import { describe, expect, it } from 'vitest';
import { maxPayloadBytes, payloadOf } from './bundle.ts';
import {
  base64,
  bundle,
  change,
  codeOf,
  cut,
  edwards,
  edwardsBundle,
  ours,
  payloadText,
  payloadWith,
  rename,
  resign,
  signedOver,
  statement,
  theirs,
} from './fixtures/signed-bundle.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner } from './signer.ts';

/** Guarantee: each kind of tampering fails, under a code that names it. */
const tampering: readonly [string, unknown, string][] = [
  [
    'another payload of the same length',
    change(bundle, (b) => (b.dsseEnvelope.payload = base64(Buffer.from(payloadOf(bundle)).toString().replace('r-1', 'r-2')))),
    'SIGNATURE_INVALID',
  ],
  ['another payload type', change(bundle, (b) => (b.dsseEnvelope.payloadType = 'application/json')), 'BUNDLE_INVALID'],
  ['another media type', change(bundle, (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.2+json')), 'BUNDLE_INVALID'],
  ['the keyid of another key', change(bundle, (b) => (b.dsseEnvelope.signatures[0].keyid = edwards.keyId)), 'BUNDLE_INVALID'],
  ['hint and keyid of another known key', rename(bundle, edwards.keyId), 'SIGNATURE_ENCODING_INVALID'],
  ['hint and keyid of an unknown key', rename(bundle, theirs.keyId), 'KEY_UNKNOWN'],
  ['a keyid that is no key id', rename(bundle, 'release-key'), 'BUNDLE_INVALID'],
  ['no keyid', change(bundle, (b) => delete (b.dsseEnvelope.signatures[0] as Partial<Record<string, string>>)['keyid']), 'BUNDLE_INVALID'],
  [
    'a second signature',
    change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).push({ ...b.dsseEnvelope.signatures[0] })),
    'BUNDLE_INVALID',
  ],
  ['no signature', change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop()), 'BUNDLE_INVALID'],
  ['an empty verificationMaterial', change(bundle, (b) => (b.verificationMaterial = {})), 'BUNDLE_INVALID'],
  ['a certificate beside the key', change(bundle, (b) => (b.verificationMaterial['certificate'] = { rawBytes: 'AAAA' })), 'BUNDLE_INVALID'],
  [
    'a field beside the hint',
    change(bundle, (b) => (b.verificationMaterial['publicKey'] = { hint: ours.keyId, rawBytes: 'AAAA' })),
    'BUNDLE_INVALID',
  ],
  ['a field beside the payload', change(bundle, (b) => (b.dsseEnvelope['payloadDigest'] = 'AAAA')), 'BUNDLE_INVALID'],
  ['a field beside the signature', change(bundle, (b) => (b.dsseEnvelope.signatures[0]['cert'] = 'AAAA')), 'BUNDLE_INVALID'],
  ['no verificationMaterial', { mediaType: bundle.mediaType, dsseEnvelope: bundle.dsseEnvelope }, 'BUNDLE_INVALID'],
  ['another field in place of the media type', { ...bundle, mediaType: undefined, type: bundle.mediaType }, 'BUNDLE_INVALID'],
  [
    'a signature that is no list',
    change(bundle, (b) => Object.assign(b.dsseEnvelope, { signatures: b.dsseEnvelope.signatures[0] })),
    'BUNDLE_INVALID',
  ],
  ['a hint that is no text', rename(bundle, 7 as unknown as string), 'BUNDLE_INVALID'],
  ['text before the keyid', rename(bundle, ` ${ours.keyId}`), 'BUNDLE_INVALID'],
  ['text behind the keyid', rename(bundle, `${ours.keyId}=`), 'BUNDLE_INVALID'],
  ['a signature that is no text', change(bundle, (b) => Object.assign(b.dsseEnvelope.signatures[0], { sig: ['AAAA'] })), 'BUNDLE_INVALID'],
  [
    'a signature of more than 256 characters',
    change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = 'AAAA'.repeat(65))),
    'BUNDLE_INVALID',
  ],
  [
    'a signature of 256 characters',
    change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = 'AAAA'.repeat(64))),
    'SIGNATURE_ENCODING_INVALID',
  ],
  ['a message signature beside the envelope', { ...bundle, messageSignature: {} }, 'BUNDLE_INVALID'],
  ['a P1363 signature', resign(bundle, ours, 'ieee-p1363'), 'SIGNATURE_ENCODING_INVALID'],
  [
    'a truncated signature',
    change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = cut(b.dsseEnvelope.signatures[0].sig, -1))),
    'SIGNATURE_ENCODING_INVALID',
  ],
  [
    'a signature with a byte appended',
    change(
      bundle,
      (b) =>
        (b.dsseEnvelope.signatures[0].sig = base64(Buffer.concat([Buffer.from(b.dsseEnvelope.signatures[0].sig, 'base64'), Buffer.of(0)]))),
    ),
    'SIGNATURE_ENCODING_INVALID',
  ],
  [
    'a truncated Ed25519 signature',
    change(edwardsBundle, (b) => (b.dsseEnvelope.signatures[0].sig = cut(b.dsseEnvelope.signatures[0].sig, -1))),
    'SIGNATURE_ENCODING_INVALID',
  ],
  ['an empty signature', change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = '')), 'BUNDLE_INVALID'],
  ['the signature by a swapped key', resign(bundle, theirs, 'der'), 'SIGNATURE_INVALID'],
  [
    'the signature of another statement',
    {
      ...bundle,
      dsseEnvelope: {
        ...bundle.dsseEnvelope,
        signatures: (await signStatement({ ...statement, predicate: {} }, localSigner(ours.privateKeyPem))).dsseEnvelope.signatures,
      },
    },
    'SIGNATURE_INVALID',
  ],
  ['a signature over the bare payload, without its type', signedOver(payloadOf(bundle), payloadOf(bundle)), 'SIGNATURE_INVALID'],
  [
    'line breaks in base64',
    change(bundle, (b) => (b.dsseEnvelope.payload = `${b.dsseEnvelope.payload.slice(0, 64)}\n${b.dsseEnvelope.payload.slice(64)}`)),
    'BUNDLE_INVALID',
  ],
  [
    'both alphabets in one text',
    change(bundle, (b) => (b.dsseEnvelope.payload = `+_${b.dsseEnvelope.payload.slice(2)}`)),
    'BUNDLE_INVALID',
  ],
  [
    'set bits behind the last byte',
    change(edwardsBundle, (b) => (b.dsseEnvelope.signatures[0].sig = b.dsseEnvelope.signatures[0].sig.replace(/.==$/, 'B=='))),
    'BUNDLE_INVALID',
  ],
  ['an empty payload', change(bundle, (b) => (b.dsseEnvelope.payload = '')), 'BUNDLE_INVALID'],
  [
    'a payload beyond the bound',
    change(bundle, (b) => (b.dsseEnvelope.payload = base64(Buffer.alloc(maxPayloadBytes + 1)))),
    'BUNDLE_TOO_LARGE',
  ],
  ['text beyond the bound', ' '.repeat(2 * maxPayloadBytes), 'BUNDLE_TOO_LARGE'],
  ['a duplicate name in the bundle', JSON.stringify(bundle).replace('{"mediaType"', '{"mediaType":"x","mediaType"'), 'JSON_INVALID'],
  ['no JSON', 'MIIB', 'JSON_INVALID'],
  ['null', null, 'BUNDLE_INVALID'],
  ['an array', [bundle], 'BUNDLE_INVALID'],
];

/** Guarantee: even a trusted signer cannot get an ambiguous or incomplete statement read. */
const badPayloads: readonly [string, string | Buffer, string][] = [
  ['a missing predicate', payloadWith({ predicate: undefined }), 'STATEMENT_INVALID'],
  ['a predicate that is null', payloadWith({ predicate: null }), 'STATEMENT_INVALID'],
  ['a predicate that is an array', payloadWith({ predicate: [] }), 'STATEMENT_INVALID'],
  ['no predicate type', payloadWith({ predicateType: undefined }), 'STATEMENT_INVALID'],
  ['another statement type', payloadWith({ _type: 'https://in-toto.io/Statement/v0.1' }), 'STATEMENT_INVALID'],
  ['no subject', payloadWith({ subject: [] }), 'STATEMENT_INVALID'],
  ['a subject without digest', payloadWith({ subject: [{ name: 'x' }] }), 'STATEMENT_INVALID'],
  ['a subject with an empty digest set', payloadWith({ subject: [{ digest: {} }] }), 'STATEMENT_INVALID'],
  ['a digest in capitals', payloadWith({ subject: [{ digest: { sha256: 'A'.repeat(64) } }] }), 'STATEMENT_INVALID'],
  ['a duplicate name', payloadText().replace('{"_type"', '{"_type":"x","_type"'), 'JSON_INVALID'],
  ['a duplicate name deep inside', payloadText().replace('"note"', '"note":1,"note"'), 'JSON_INVALID'],
  ['__proto__', payloadText().replace('"note"', '"__proto__"'), 'JSON_INVALID'],
  ['white space', payloadText().replace(',', ', '), 'PAYLOAD_NOT_CANONICAL'],
  ['names out of order', JSON.stringify(Object.fromEntries(Object.entries(statement).reverse())), 'PAYLOAD_NOT_CANONICAL'],
  ['a number in another form', payloadText().replace('212.5', '212.50'), 'PAYLOAD_NOT_CANONICAL'],
  ['a needless escape', payloadText().replace('é', '\\u00e9'), 'PAYLOAD_NOT_CANONICAL'],
  ['bytes that are not UTF-8', Buffer.from(payloadText(), 'latin1'), 'JSON_INVALID'],
  ['a byte order mark', `\ufeff${payloadText()}`, 'JSON_INVALID'],
  ['no object', '[]', 'STATEMENT_INVALID'],
];

describe('a tampered bundle is refused', () => {
  it.each(tampering)('%s', (_title, input, code) => expect(codeOf(input)).toBe(code));
});

describe('a payload is refused although its signature is good', () => {
  it.each(badPayloads)('%s', (_title, payload, code) => expect(codeOf(signedOver(Buffer.from(payload)))).toBe(code));
});
