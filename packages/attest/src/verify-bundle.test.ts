import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { type Bundle, predicateTypes, statementType } from '@promotable/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPayloadBytes, parseBundle, paeOf, payloadOf, statementDigestOf } from './bundle.ts';
import { canonicalBytes } from './canonical-json.ts';
import { sha256Hex } from './digest.ts';
import { generateSigningKey, type KeyAlgorithm, publicKeyFromPem, type SigningKeyPair } from './key.ts';
import { preAuthEncoding } from './pre-auth-encoding.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner } from './signer.ts';
import { type KeyResolver, verifyBundle } from './verify-bundle.ts';

const statement = {
  _type: statementType,
  subject: [{ name: 'checkout', digest: { sha256: sha256Hex('checkout') } }],
  predicateType: predicateTypes.evidence,
  predicate: { release: 'r-1', p95Ms: 212.5, note: 'é' },
};
const ours = generateSigningKey('ecdsa-p256');
const theirs = generateSigningKey('ecdsa-p256');
const edwards = generateSigningKey('ed25519');
const known = new Map([ours, edwards].map((pair) => [pair.keyId, publicKeyFromPem(pair.publicKeyPem)]));
const resolveKey: KeyResolver = (keyId) => known.get(keyId) ?? null;
const bundle = await signStatement(statement, localSigner(ours.privateKeyPem));
const edwardsBundle = await signStatement(statement, localSigner(edwards.privateKeyPem));

describe.each<KeyAlgorithm>(['ecdsa-p256', 'ed25519'])('a statement signed with %s', (algorithm) => {
  const signed = algorithm === 'ed25519' ? edwardsBundle : bundle;

  it('verifies, as text, bytes or value, and gives back exactly what was signed', () => {
    for (const input of [signed, JSON.stringify(signed), Buffer.from(JSON.stringify(signed, null, 2))]) {
      const verified = verifyBundle(input, resolveKey);
      expect(verified.statement).toEqual(statement);
      expect(Buffer.from(verified.payload).equals(canonicalBytes(statement))).toBe(true);
      expect(verified.statementDigest).toBe(sha256Hex(canonicalBytes(statement)));
      expect(verified.keyId).toBe(signed.verificationMaterial.publicKey.hint);
      expect(Buffer.from(verified.signedBytes).toString()).toBe(`DSSEv1 28 application/vnd.in-toto+json ${verified.payload.length} ${Buffer.from(verified.payload)}`);
    }
  });

  it('fails after the flip of any bit of payload or signature', () => {
    const flip = (text: string, bit: number) => {
      const bytes = Buffer.from(text, 'base64');
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      return bytes.toString('base64');
    };
    const bits = (text: string) => Buffer.from(text, 'base64').length * 8;
    const sig = signed.dsseEnvelope.signatures[0]?.sig ?? '';
    fc.assert(fc.property(fc.nat(bits(signed.dsseEnvelope.payload) - 1), (bit) => { expect(codeOf(change(signed, (b) => (b.dsseEnvelope.payload = flip(b.dsseEnvelope.payload, bit))))).toBe('SIGNATURE_INVALID'); }));
    fc.assert(fc.property(fc.nat(bits(sig) - 1), (bit) => { expect(codeOf(change(signed, (b) => (b.dsseEnvelope.signatures[0].sig = flip(sig, bit))))).toMatch(/^SIGNATURE_(ENCODING_)?INVALID$/); }));
  });
});

describe('a bundle', () => {
  it('has exactly the shape that cosign, securesystemslib and sigstore accept', () => {
    expect(bundle).toEqual({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: ours.keyId } },
      dsseEnvelope: { payload: expect.any(String), payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: expect.any(String), keyid: ours.keyId }] },
    });
  });

  it('may hold URL base64, padded or not, and comes out in the standard alphabet', () => {
    for (const padding of ['', '=']) {
      const url = change(bundle, (b) => {
        b.dsseEnvelope.payload = urlOf(b.dsseEnvelope.payload, padding);
        b.dsseEnvelope.signatures[0].sig = urlOf(b.dsseEnvelope.signatures[0].sig, padding);
      });
      expect(verifyBundle(url, resolveKey).bundle).toEqual(bundle);
    }
  });

  it('has one statement digest, whoever signs and whenever', async () => {
    const again = await signStatement({ ...statement, predicate: { note: 'é', p95Ms: 212.5, release: 'r-1' } }, localSigner(theirs.privateKeyPem));
    expect(statementDigestOf(again)).toBe(statementDigestOf(bundle));
  });

  it('reports every fault of its shape at once', () => {
    const broken = { mediaType: 'x', verificationMaterial: {}, dsseEnvelope: { payload: '!', payloadType: 'x', signatures: [] }, extra: 1 };
    expect(() => parseBundle(broken)).toThrowError(
      expect.objectContaining({
        code: 'BUNDLE_INVALID',
        faults: ['/mediaType', '/verificationMaterial/publicKey', '/dsseEnvelope/payload', '/dsseEnvelope/payloadType', '/dsseEnvelope/signatures', '/extra'].map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});

type Loose = { mediaType: string; verificationMaterial: Record<string, unknown>; dsseEnvelope: { payload: string; payloadType: string; signatures: [Record<string, string> & { sig: string; keyid: string }] } & Record<string, unknown>; [extra: string]: unknown };

/** Guarantee: each kind of tampering fails, under a code that names it. */
const tampering: readonly [string, unknown, string][] = [
  ['another payload of the same length', change(bundle, (b) => (b.dsseEnvelope.payload = base64(Buffer.from(payloadOf(bundle)).toString().replace('r-1', 'r-2')))), 'SIGNATURE_INVALID'],
  ['another payload type', change(bundle, (b) => (b.dsseEnvelope.payloadType = 'application/json')), 'BUNDLE_INVALID'],
  ['another media type', change(bundle, (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.2+json')), 'BUNDLE_INVALID'],
  ['the keyid of another key', change(bundle, (b) => (b.dsseEnvelope.signatures[0].keyid = edwards.keyId)), 'BUNDLE_INVALID'],
  ['hint and keyid of another known key', rename(bundle, edwards.keyId), 'SIGNATURE_ENCODING_INVALID'],
  ['hint and keyid of an unknown key', rename(bundle, theirs.keyId), 'KEY_UNKNOWN'],
  ['a keyid that is no key id', rename(bundle, 'release-key'), 'BUNDLE_INVALID'],
  ['no keyid', change(bundle, (b) => delete (b.dsseEnvelope.signatures[0] as Partial<Record<string, string>>)['keyid']), 'BUNDLE_INVALID'],
  ['a second signature', change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).push({ ...b.dsseEnvelope.signatures[0] })), 'BUNDLE_INVALID'],
  ['no signature', change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop()), 'BUNDLE_INVALID'],
  ['an empty verificationMaterial', change(bundle, (b) => (b.verificationMaterial = {})), 'BUNDLE_INVALID'],
  ['a certificate beside the key', change(bundle, (b) => (b.verificationMaterial['certificate'] = { rawBytes: 'AAAA' })), 'BUNDLE_INVALID'],
  ['a message signature beside the envelope', { ...bundle, messageSignature: {} }, 'BUNDLE_INVALID'],
  ['a P1363 signature', resign(bundle, ours, 'ieee-p1363'), 'SIGNATURE_ENCODING_INVALID'],
  ['a truncated signature', change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = cut(b.dsseEnvelope.signatures[0].sig, -1))), 'SIGNATURE_ENCODING_INVALID'],
  ['a signature with a byte appended', change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = base64(Buffer.concat([Buffer.from(b.dsseEnvelope.signatures[0].sig, 'base64'), Buffer.of(0)])))), 'SIGNATURE_ENCODING_INVALID'],
  ['a truncated Ed25519 signature', change(edwardsBundle, (b) => (b.dsseEnvelope.signatures[0].sig = cut(b.dsseEnvelope.signatures[0].sig, -1))), 'SIGNATURE_ENCODING_INVALID'],
  ['an empty signature', change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = '')), 'BUNDLE_INVALID'],
  ['the signature by a swapped key', resign(bundle, theirs, 'der'), 'SIGNATURE_INVALID'],
  ['the signature of another statement', { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: (await signStatement({ ...statement, predicate: {} }, localSigner(ours.privateKeyPem))).dsseEnvelope.signatures } }, 'SIGNATURE_INVALID'],
  ['a signature over the bare payload, without its type', signedOver(payloadOf(bundle), payloadOf(bundle)), 'SIGNATURE_INVALID'],
  ['line breaks in base64', change(bundle, (b) => (b.dsseEnvelope.payload = `${b.dsseEnvelope.payload.slice(0, 64)}\n${b.dsseEnvelope.payload.slice(64)}`)), 'BUNDLE_INVALID'],
  ['both alphabets in one text', change(bundle, (b) => (b.dsseEnvelope.payload = `+_${b.dsseEnvelope.payload.slice(2)}`)), 'BUNDLE_INVALID'],
  ['set bits behind the last byte', change(edwardsBundle, (b) => (b.dsseEnvelope.signatures[0].sig = b.dsseEnvelope.signatures[0].sig.replace(/.==$/, 'B=='))), 'BUNDLE_INVALID'],
  ['an empty payload', change(bundle, (b) => (b.dsseEnvelope.payload = '')), 'BUNDLE_INVALID'],
  ['a payload beyond the bound', change(bundle, (b) => (b.dsseEnvelope.payload = base64(Buffer.alloc(maxPayloadBytes + 1)))), 'BUNDLE_TOO_LARGE'],
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
  ['names out of order', JSON.stringify({ subject: statement.subject, ...statement }), 'PAYLOAD_NOT_CANONICAL'],
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

describe('a verifier', () => {
  it('takes a foreign predicate that is not canonical, as long as it is unambiguous', () => {
    const text = JSON.stringify({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }, null, 2);
    expect(verifyBundle(signedOver(Buffer.from(text)), resolveKey).statement.predicateType).toBe('https://slsa.dev/provenance/v1');
  });

  it('does not believe a resolver that answers with the wrong key', () => {
    expect(codeOf(resign(rename(bundle, theirs.keyId), ours, 'der'), () => known.get(ours.keyId) ?? null)).toBe('KEY_UNKNOWN');
  });

  it('takes no signature made on another curve', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const sig = base64(sign('sha256', paeOf(bundle), privateKey));
    expect(codeOf(change(bundle, (b) => (b.dsseEnvelope.signatures[0].sig = sig)))).toBe('SIGNATURE_ENCODING_INVALID');
    expect(createPublicKey(privateKey).asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
  });

  it('throws nothing but coded errors, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (input) => { expect(codeOf(input)).toMatch(/^(BUNDLE_INVALID|BUNDLE_TOO_LARGE|JSON_INVALID)$/); }));
  });
});

describe('a signer', () => {
  it('signs no statement that a verifier would refuse', async () => {
    const signer = localSigner(ours.privateKeyPem);
    await expect(signStatement({ ...statement, subject: [] }, signer)).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
    await expect(signStatement({ ...statement, predicate: { at: undefined } }, signer)).rejects.toMatchObject({ code: 'CANONICAL_JSON_INVALID', faults: [{ path: '/predicate/at' }] });
    await expect(signStatement({ ...statement, predicate: { blob: 'x'.repeat(maxPayloadBytes) } }, signer)).rejects.toMatchObject({ code: 'BUNDLE_TOO_LARGE' });
  });

  it('of a key service that answers in P1363 form is refused when it signs, not when others verify', async () => {
    const p1363 = { ...localSigner(ours.privateKeyPem), sign: async (bytes: Uint8Array) => sign('sha256', bytes, { key: ours.privateKeyPem, dsaEncoding: 'ieee-p1363' }) };
    await expect(signStatement(statement, p1363)).rejects.toMatchObject({ code: 'SIGNATURE_ENCODING_INVALID' });
  });

  it('stops when its signal is aborted', async () => {
    await expect(signStatement(statement, localSigner(ours.privateKeyPem), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

function codeOf(input: unknown, resolver: KeyResolver = resolveKey): string {
  try {
    verifyBundle(input, resolver);
    return 'VERIFIED';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

function change(original: Bundle, edit: (bundle: Loose) => unknown): Bundle {
  const copy = structuredClone(original) as unknown as Loose;
  edit(copy);
  return copy as unknown as Bundle;
}

function rename(original: Bundle, keyId: string): Bundle {
  return change(original, (b) => {
    b.verificationMaterial = { publicKey: { hint: keyId } };
    b.dsseEnvelope.signatures[0].keyid = keyId;
  });
}

function resign(original: Bundle, pair: SigningKeyPair, dsaEncoding: 'der' | 'ieee-p1363'): Bundle {
  return change(original, (b) => (b.dsseEnvelope.signatures[0].sig = base64(sign('sha256', paeOf(original), { key: createPrivateKey(pair.privateKeyPem), dsaEncoding }))));
}

function signedOver(payload: Uint8Array, signedBytes = preAuthEncoding(bundle.dsseEnvelope.payloadType, payload)): Bundle {
  return change(bundle, (b) => {
    b.dsseEnvelope.payload = base64(payload);
    b.dsseEnvelope.signatures[0].sig = base64(sign('sha256', signedBytes, ours.privateKeyPem));
  });
}

function payloadText(): string {
  return Buffer.from(payloadOf(bundle)).toString();
}

function payloadWith(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...statement, ...fields });
}

function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64');
}

function cut(text: string, end: number): string {
  return base64(Buffer.from(text, 'base64').subarray(0, end));
}

function urlOf(text: string, padding: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', padding);
}
