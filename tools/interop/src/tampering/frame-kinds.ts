// Everything around the signature: names of keys, encodings, the frame. A tool that reads less sees less of it.
import { unseenByEnvelopeReaders, unseenByOpenssl, edited, type Kind, only, pae, payloadBytes, signatureBy } from './tamper.ts';

export const frameKinds: readonly Kind[] = [
  {
    kind: "a stranger's keyid",
    tamper: ({ bundle }, { key }) => edited(bundle, (_, { signatures }) => (only(signatures).keyid = key.keyId)),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: {
      ...unseenByOpenssl,
      '@sigstore/verify': {
        accepts: 'allowed',
        because: '@sigstore/verify finds the key by the hint and takes the keyid for the comment that DSSE says it is.',
      },
    },
  },
  {
    kind: 'no keyid',
    tamper: ({ bundle }) => edited(bundle, (_, { signatures }) => delete only(signatures).keyid),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: {
      cosign: { accepts: 'allowed', because: 'A keyid may be left out of an envelope; cosign compares it where there is one.' },
      ...unseenByOpenssl,
      '@sigstore/verify': {
        accepts: 'allowed',
        because: '@sigstore/verify finds the key by the hint and takes the keyid for the comment that DSSE says it is.',
      },
    },
  },
  {
    kind: "a stranger's hint",
    tamper: ({ bundle }, { key }) => edited(bundle, (b) => (b.verificationMaterial = { publicKey: { hint: key.keyId } })),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: {
      ...unseenByEnvelopeReaders,
      cosign: { accepts: 'allowed', because: 'cosign takes the key it is given and does not read the hint.' },
    },
  },
  {
    kind: 'no hint',
    tamper: ({ bundle }) => edited(bundle, (b) => (b.verificationMaterial = { publicKey: {} })),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: {
      ...unseenByEnvelopeReaders,
      cosign: { accepts: 'allowed', because: 'cosign takes the key it is given and does not read the hint.' },
    },
  },
  {
    kind: 'no verification material',
    tamper: ({ bundle }) => edited(bundle, (b) => delete b.verificationMaterial),
    ours: 'BUNDLE_INVALID',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: 'empty verification material',
    tamper: ({ bundle }) => edited(bundle, (b) => (b.verificationMaterial = {})),
    ours: 'BUNDLE_INVALID',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: "a stranger's certificate instead of the key, and his signature",
    tamper: ({ bundle }, { key, certificate }) =>
      edited(bundle, (b, { payloadType = '', signatures }) => {
        b.verificationMaterial = { certificate: { rawBytes: certificate } };
        only(signatures).sig = signatureBy(key, pae(payloadType, payloadBytes(bundle))).toString('base64');
      }),
    ours: 'BUNDLE_INVALID',
  },
  {
    kind: "a stranger's certificate beside the key",
    tamper: ({ bundle }, { certificate }) =>
      edited(bundle, (b) => (b.verificationMaterial = { ...b.verificationMaterial, certificate: { rawBytes: certificate } })),
    ours: 'BUNDLE_INVALID',
    others: {
      ...unseenByEnvelopeReaders,
      '@sigstore/verify': { accepts: 'allowed', because: '@sigstore/verify takes the key where a bundle has a key and a certificate.' },
    },
  },
  {
    kind: 'an invented entry of a transparency log',
    tamper: ({ bundle }) =>
      edited(
        bundle,
        (b) => (b.verificationMaterial = { ...b.verificationMaterial, tlogEntries: [{ logIndex: '1', integratedTime: '1' }] }),
      ),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: 'the media type of an older bundle',
    tamper: ({ bundle }) => edited(bundle, (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2')),
    ours: 'BUNDLE_INVALID',
    foreign: 'VERIFIED',
    others: {
      cosign: { accepts: 'allowed', because: 'Bundles of older versions are still good ones.' },
      ...unseenByEnvelopeReaders,
      '@sigstore/verify': { accepts: 'allowed', because: 'Bundles of older versions are still good ones.' },
    },
  },
  {
    kind: 'an unknown media type',
    tamper: ({ bundle }) => edited(bundle, (b) => (b.mediaType = 'application/json')),
    ours: 'BUNDLE_INVALID',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: 'no media type',
    tamper: ({ bundle }) => edited(bundle, (b) => delete b.mediaType),
    ours: 'BUNDLE_INVALID',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: 'a message signature beside the envelope',
    tamper: ({ bundle }) =>
      edited(bundle, (b) => (b['messageSignature'] = { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' })),
    ours: 'BUNDLE_INVALID',
    others: unseenByEnvelopeReaders,
  },
  {
    kind: 'an unknown field in the bundle',
    tamper: ({ bundle }) => edited(bundle, (b) => (b['verified'] = true)),
    ours: 'BUNDLE_INVALID',
    others: { ...unseenByEnvelopeReaders, '@sigstore/verify': { accepts: 'allowed', because: '@sigstore/verify ignores unknown fields.' } },
  },
  {
    kind: 'an unknown field in the envelope',
    tamper: ({ bundle }) => edited(bundle, (_, envelope) => (envelope['verified'] = true)),
    ours: 'BUNDLE_INVALID',
    others: {
      ...unseenByOpenssl,
      '@sigstore/verify': { accepts: 'allowed', because: '@sigstore/verify ignores unknown fields.' },
      securesystemslib: { accepts: 'allowed', because: 'securesystemslib ignores unknown fields.' },
    },
  },
  {
    kind: 'a forged payload before the genuine one, under the same name',
    tamper: ({ bundle }) => JSON.stringify(bundle).replace('"payload":"', '"payload":"e30=","payload":"'),
    ours: 'JSON_INVALID',
    others: {
      ...unseenByOpenssl,
      securesystemslib: {
        accepts: 'allowed',
        because: 'Of two fields with the same name most JSON readers take the last; the signature is over that one.',
      },
      '@sigstore/verify': {
        accepts: 'allowed',
        because: 'Of two fields with the same name most JSON readers take the last; the signature is over that one.',
      },
    },
  },
  {
    kind: 'a forged payload after the genuine one, under the same name',
    tamper: ({ bundle }) => JSON.stringify(bundle).replace(',"payloadType"', ',"payload":"e30=","payloadType"'),
    ours: 'JSON_INVALID',
  },
  {
    kind: 'both alphabets of base64 in the payload',
    tamper: ({ bundle }) => edited(bundle, (_, envelope) => (envelope.payload = `-+${envelope.payload.slice(2)}`)),
    ours: 'BUNDLE_INVALID',
  },
  {
    kind: 'line breaks in the payload',
    // Four, for some decoders look at the length: where they ignore a line break, they ignore these.
    tamper: ({ bundle }) =>
      edited(bundle, (_, envelope) => (envelope.payload = `${envelope.payload.slice(0, 64)}\n\n\n\n${envelope.payload.slice(64)}`)),
    ours: 'BUNDLE_INVALID',
    others: {
      ...unseenByOpenssl,
      cosign: { accepts: 'allowed', because: 'Decoders of base64 in Go and in Node skip line breaks.' },
      '@sigstore/verify': { accepts: 'allowed', because: 'Decoders of base64 in Go and in Node skip line breaks.' },
    },
  },
  { kind: 'bytes behind the bundle', tamper: ({ bundle }) => `${JSON.stringify(bundle)}x`, ours: 'JSON_INVALID' },
  {
    kind: 'a second bundle behind the first',
    tamper: ({ bundle, sibling }) => `${JSON.stringify(bundle)}\n${JSON.stringify(sibling)}`,
    ours: 'JSON_INVALID',
  },
  { kind: 'half a bundle', tamper: ({ bundle }) => JSON.stringify(bundle).slice(0, 400), ours: 'JSON_INVALID' },
  {
    kind: 'the envelope without its frame',
    tamper: ({ bundle }) => JSON.stringify(bundle.dsseEnvelope),
    ours: 'BUNDLE_INVALID',
    // An envelope alone is how registries keep what cosign attests.
    foreign: 'VERIFIED',
  },
];
