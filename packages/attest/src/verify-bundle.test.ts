import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPayloadBytes, paeOf, parseBundle, signatureOf, statementDigestOf } from './bundle.ts';
import { canonicalBytes } from './canonical-json.ts';
import { sha256Hex } from './digest.ts';
import {
  base64,
  bundle,
  change,
  codeOf,
  edwardsBundle,
  known,
  ours,
  rename,
  resign,
  resolveKey,
  signedOver,
  statement,
  theirs,
  urlOf,
} from './fixtures/signed-bundle.ts';
import type { KeyAlgorithm } from './key.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner } from './signer.ts';
import { verifyBundle } from './verify-bundle.ts';

describe.each<KeyAlgorithm>(['ecdsa-p256', 'ed25519'])('a statement signed with %s', (algorithm) => {
  const signed = algorithm === 'ed25519' ? edwardsBundle : bundle;

  it('verifies, as text, bytes or value, and gives back exactly what was signed', () => {
    for (const input of [signed, JSON.stringify(signed), Buffer.from(JSON.stringify(signed, null, 2))]) {
      const verified = verifyBundle(input, resolveKey);
      expect(verified.statement).toEqual(statement);
      expect(Buffer.from(verified.payload).equals(canonicalBytes(statement))).toBe(true);
      expect(verified.statementDigest).toBe(sha256Hex(canonicalBytes(statement)));
      expect(verified.keyId).toBe(signed.verificationMaterial.publicKey.hint);
      expect(Buffer.from(verified.signedBytes).toString()).toBe(
        `DSSEv1 28 application/vnd.in-toto+json ${verified.payload.length} ${Buffer.from(verified.payload).toString()}`,
      );
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
    fc.assert(
      fc.property(fc.nat(bits(signed.dsseEnvelope.payload) - 1), (bit) => {
        expect(codeOf(change(signed, (b) => (b.dsseEnvelope.payload = flip(b.dsseEnvelope.payload, bit))))).toBe('SIGNATURE_INVALID');
      }),
    );
    fc.assert(
      fc.property(fc.nat(bits(sig) - 1), (bit) => {
        expect(codeOf(change(signed, (b) => (b.dsseEnvelope.signatures[0].sig = flip(sig, bit))))).toMatch(
          /^SIGNATURE_(ENCODING_)?INVALID$/,
        );
      }),
    );
  });
});

describe('a bundle', () => {
  it('has exactly the shape that cosign, securesystemslib and sigstore accept', () => {
    expect(bundle).toEqual({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: ours.keyId } },
      dsseEnvelope: {
        payload: expect.any(String),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: expect.any(String), keyid: ours.keyId }],
      },
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
    const again = await signStatement(
      { ...statement, predicate: { note: 'é', p95Ms: 212.5, release: 'r-1' } },
      localSigner(theirs.privateKeyPem),
    );
    for (const signed of [bundle, again]) expect(statementDigestOf(signed)).toBe(sha256Hex(canonicalBytes(statement)));
  });

  it('is read up to 4 KiB beyond the base64 of the largest payload, and refused by its length before anything else', () => {
    const most = Math.ceil(maxPayloadBytes / 3) * 4 + 4096;
    expect(codeOf(JSON.stringify(bundle).padEnd(most))).toBe('VERIFIED');
    expect(codeOf(JSON.stringify(bundle).padEnd(most + 1))).toBe('BUNDLE_TOO_LARGE');
    expect(codeOf(change(bundle, (b) => (b.dsseEnvelope.payload = '?'.repeat(most + 1))))).toBe('BUNDLE_TOO_LARGE');
    expect(codeOf(change(bundle, (b) => (b.dsseEnvelope.payload = '?'.repeat(most))))).toBe('BUNDLE_INVALID');
    expect(codeOf({ dsseEnvelope: { payload: Array.from({ length: most + 1 }) } })).toBe('BUNDLE_INVALID');
  });

  it('without a signature has no signature bytes', () => {
    expect(signatureOf(change(bundle, (b) => (b.dsseEnvelope.signatures as unknown[]).pop()))).toHaveLength(0);
    expect(signatureOf(edwardsBundle)).toHaveLength(64);
  });

  it('reports every fault of its shape at once', () => {
    const broken = { mediaType: 'x', verificationMaterial: {}, dsseEnvelope: { payload: '!', payloadType: 'x', signatures: [] }, extra: 1 };
    expect(() => parseBundle(broken)).toThrowError(
      expect.objectContaining({
        code: 'BUNDLE_INVALID',
        faults: [
          '/mediaType',
          '/verificationMaterial/publicKey',
          '/dsseEnvelope/payload',
          '/dsseEnvelope/payloadType',
          '/dsseEnvelope/signatures',
          '/extra',
        ].map((path) => expect.objectContaining({ path })),
      }),
    );
  });
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
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(codeOf(input)).toMatch(/^(BUNDLE_INVALID|BUNDLE_TOO_LARGE|JSON_INVALID)$/);
      }),
    );
  });
});

describe('a signer', () => {
  it('signs no statement that a verifier would refuse', async () => {
    const signer = localSigner(ours.privateKeyPem);
    await expect(signStatement({ ...statement, subject: [] }, signer)).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
    await expect(signStatement({ ...statement, predicate: { at: undefined } }, signer)).rejects.toMatchObject({
      code: 'CANONICAL_JSON_INVALID',
      faults: [{ path: '/predicate/at' }],
    });
    await expect(signStatement({ ...statement, predicate: { blob: 'x'.repeat(maxPayloadBytes) } }, signer)).rejects.toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
    });
  });

  it('of a key service that answers in P1363 form is refused when it signs, not when others verify', async () => {
    const p1363 = {
      ...localSigner(ours.privateKeyPem),
      sign: async (bytes: Uint8Array) => sign('sha256', bytes, { key: ours.privateKeyPem, dsaEncoding: 'ieee-p1363' }),
    };
    await expect(signStatement(statement, p1363)).rejects.toMatchObject({ code: 'SIGNATURE_ENCODING_INVALID' });
  });

  it('stops when its signal is aborted', async () => {
    await expect(
      signStatement(statement, localSigner(ours.privateKeyPem), { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough');
  });
});
