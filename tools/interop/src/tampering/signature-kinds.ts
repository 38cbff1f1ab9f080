// The signature itself: bits, encodings, what it was made over and by whom.
import { createPrivateKey, sign } from 'node:crypto';
import type { Document } from '../genuine.ts';
import {
  edited,
  flipped,
  unseenByOpenssl,
  type Kind,
  only,
  pae,
  payloadBytes,
  signatureBy,
  signatureBytes,
  withSignature,
} from './tamper.ts';

export const signatureKinds: readonly Kind[] = [
  {
    kind: 'one bit of the signature flipped',
    tamper: ({ bundle }) => withSignature(bundle, flipped(signatureBytes(bundle), -1)),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'the signature cut short by a byte',
    tamper: ({ bundle }) => withSignature(bundle, signatureBytes(bundle).subarray(0, -1)),
    ours: 'SIGNATURE_ENCODING_INVALID',
  },
  {
    kind: 'a byte appended to the signature',
    tamper: (document) => withSignature(document.bundle, Buffer.concat([ofLength(document, (length) => length < 72), Buffer.of(0)])),
    ours: 'SIGNATURE_ENCODING_INVALID',
  },
  {
    kind: 'a byte appended to a signature of the greatest length',
    ecdsaAlone: true,
    tamper: (document) => withSignature(document.bundle, Buffer.concat([ofLength(document, (length) => length === 72), Buffer.of(0)])),
    ours: 'SIGNATURE_ENCODING_INVALID',
    others: { openssl: { accepts: 'allowed', because: 'openssl dgst reads no more of the file than the longest signature has.' } },
  },
  { kind: 'an empty signature', tamper: ({ bundle }) => withSignature(bundle, Buffer.of()), ours: 'BUNDLE_INVALID' },
  {
    kind: 'a signature of zeros',
    ecdsaAlone: true,
    tamper: ({ bundle }) => withSignature(bundle, Buffer.from('3006020100020100', 'hex')),
    ours: 'SIGNATURE_ENCODING_INVALID',
  },
  {
    kind: 'the genuine signature with a length in long form',
    ecdsaAlone: true,
    tamper: ({ bundle }) => withSignature(bundle, longForm(signatureBytes(bundle))),
    ours: 'SIGNATURE_ENCODING_INVALID',
  },
  {
    kind: 'a genuine signature as r‖s instead of DER',
    ecdsaAlone: true,
    tamper: ({ bundle, key }) =>
      withSignature(bundle, signatureBy(key, pae(bundle.dsseEnvelope.payloadType, payloadBytes(bundle)), 'ieee-p1363')),
    ours: 'SIGNATURE_ENCODING_INVALID',
    others: { cosign: { accepts: 'allowed', because: 'cosign takes both encodings of an ECDSA signature.' } },
  },
  {
    kind: 'the signature of another genuine bundle',
    tamper: ({ bundle, sibling }) => withSignature(bundle, signatureBytes(sibling)),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a signature over the bare payload',
    tamper: ({ bundle, key }) => withSignature(bundle, signatureBy(key, payloadBytes(bundle))),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a signature over the encoding of another version of DSSE',
    tamper: ({ bundle, key }) =>
      withSignature(bundle, signatureBy(key, pae(bundle.dsseEnvelope.payloadType, payloadBytes(bundle), 'DSSEv2'))),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a signature over another payload type',
    tamper: ({ bundle, key }) => withSignature(bundle, signatureBy(key, pae('application/json', payloadBytes(bundle)))),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: 'a signature with another hash',
    ecdsaAlone: true,
    tamper: ({ bundle, key }) =>
      withSignature(
        bundle,
        sign('sha384', pae(bundle.dsseEnvelope.payloadType, payloadBytes(bundle)), createPrivateKey(key.privateKeyPem)),
      ),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: "a stranger's signature under our key id",
    tamper: ({ bundle }, { key }) => withSignature(bundle, signatureBy(key, pae(bundle.dsseEnvelope.payloadType, payloadBytes(bundle)))),
    ours: 'SIGNATURE_INVALID',
  },
  {
    kind: "a stranger's signature under his own key id",
    tamper: ({ bundle }, { key }) =>
      edited(bundle, (b, { payloadType = '', signatures }) => {
        b.verificationMaterial = { publicKey: { hint: key.keyId } };
        signatures[0] = { keyid: key.keyId, sig: signatureBy(key, pae(payloadType, payloadBytes(bundle))).toString('base64') };
      }),
    ours: 'KEY_UNKNOWN',
  },
  {
    kind: 'the genuine signature twice',
    tamper: ({ bundle }) => edited(bundle, (_, { signatures }) => signatures.push({ ...only(signatures) })),
    ours: 'BUNDLE_INVALID',
    others: unseenByOpenssl,
  },
  {
    kind: "a stranger's signature beside the genuine one",
    tamper: ({ bundle }, { key }) =>
      edited(bundle, (_, { payloadType = '', signatures }) =>
        signatures.push({ keyid: key.keyId, sig: signatureBy(key, pae(payloadType, payloadBytes(bundle))).toString('base64') }),
      ),
    ours: 'BUNDLE_INVALID',
    others: {
      ...unseenByOpenssl,
      securesystemslib: { accepts: 'allowed', because: 'DSSE allows several signatures; securesystemslib asks for one good one.' },
    },
  },
  {
    kind: 'no signature',
    tamper: ({ bundle }) => edited(bundle, (_, { signatures }) => signatures.pop()),
    ours: 'BUNDLE_INVALID',
  },
];

/** BER, which DER forbids: the length of the sequence in two bytes where one suffices. */
function longForm(der: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x30, 0x81), der.subarray(1)]);
}

/** A genuine signature over the genuine payload; of ECDSA, whose length varies by itself, one of the length asked for. */
function ofLength({ bundle, key }: Document, isWanted: (length: number) => boolean): Buffer {
  if (key.algorithm === 'ed25519') return signatureBytes(bundle);
  for (;;) {
    const signature = signatureBy(key, pae(bundle.dsseEnvelope.payloadType, payloadBytes(bundle)));
    if (isWanted(signature.length)) return signature;
  }
}
