// No tampering: other spellings of the same bundle by the same key, which we read as well. None of them changes the statement digest.
import { edited, type Kind, only, pae, payloadBytes, signatureBy, signatureBytes, withSignature } from './tamper.ts';

const same = { accepts: 'allowed', because: 'It is the same bundle.' } as const;
const byAll = { cosign: same, securesystemslib: same, '@sigstore/verify': same, openssl: same };

export const equivalents: readonly Kind[] = [
  {
    kind: 'the other of the two signatures that ECDSA always has (r, n − s)',
    ecdsaAlone: true,
    tamper: ({ bundle }) => withSignature(bundle, otherS(signatureBytes(bundle))),
    ours: 'VERIFIED',
    others: byAll,
  },
  {
    kind: 'a signature in the URL alphabet of base64',
    ecdsaAlone: true,
    tamper: ({ bundle, key }) =>
      edited(bundle, (_, { payloadType = '', signatures }) => {
        // ECDSA signs anew each time; sooner or later a character differs between the alphabets.
        for (let text = ''; !/[+/]/.test(text); only(signatures).sig = text.replaceAll('+', '-').replaceAll('/', '_'))
          text = signatureBy(key, pae(payloadType, payloadBytes(bundle))).toString('base64');
      }),
    ours: 'VERIFIED',
    others: byAll,
  },
];

/** The order of P-256 (SEC 2, section 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function otherS(der: Buffer): Buffer {
  const rLength = der.readUInt8(3);
  const r = der.subarray(2, 4 + rLength);
  const s = BigInt(`0x${der.subarray(6 + rLength).toString('hex')}`);
  const hex = (order - s).toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // A DER integer is signed: a first bit that is set needs a zero before it.
  const positive = bytes.readUInt8(0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  const body = Buffer.concat([r, Buffer.of(2, positive.length), positive]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
