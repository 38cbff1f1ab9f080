// P-256 and Ed25519 keys: made, read, named. Knows no trust.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AttestError } from './attest-error.ts';
import { keyIdOf } from './key-id.ts';

/** ECDSA on P-256 with SHA-256 (DER signatures), or Ed25519. */
export type KeyAlgorithm = 'ecdsa-p256' | 'ed25519';

/** A public key ready to verify with. */
export interface VerificationKey {
  /** `SHA256:` + unpadded base64 SHA-256 of the SSH wire form. */
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  /** SPKI. */
  readonly publicKeyPem: string;
  readonly keyObject: KeyObject;
}

/** A key pair as PEM: PKCS8 private, SPKI public. */
export interface SigningKeyPair {
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

/** Makes a key pair from the operating system's randomness. */
export function generateSigningKey(algorithm: KeyAlgorithm): SigningKeyPair {
  const { privateKey, publicKey } =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { keyId: keyIdOf(publicKey), algorithm, privateKeyPem, publicKeyPem: spkiOf(publicKey) };
}

/** Keys by their text, the latest ones: a key set is asked for each bundle, and to read a key costs more than to verify with it. */
const known = new Map<string, VerificationKey>();
const mostKnown = 1024;

/** Reads an SPKI PEM; the same text gives the same object. @throws {AttestError} `KEY_INVALID` for any other content, a private key or a certificate included */
export function publicKeyFromPem(pem: string): VerificationKey {
  const before = known.get(pem);
  if (before !== undefined) return before;
  const keyObject = read(pem, 'PUBLIC KEY', createPublicKey);
  const key = Object.freeze({ keyId: keyIdOf(keyObject), algorithm: algorithmOf(keyObject), publicKeyPem: spkiOf(keyObject), keyObject });
  const [oldest] = known.size < mostKnown ? [] : known.keys();
  if (oldest !== undefined) known.delete(oldest);
  known.set(pem, key);
  return key;
}

/** Reads a PKCS8 PEM. @throws {AttestError} `KEY_INVALID` */
export function privateKeyFromPem(pem: string): { readonly privateKey: KeyObject; readonly publicKey: VerificationKey } {
  const privateKey = read(pem, 'PRIVATE KEY', createPrivateKey);
  const algorithm = algorithmOf(privateKey);
  const keyObject = createPublicKey(privateKey);
  return { privateKey, publicKey: { keyId: keyIdOf(keyObject), algorithm, publicKeyPem: spkiOf(keyObject), keyObject } };
}

/** `createPublicKey` also takes private keys and certificates, so the label is checked first. */
function read(pem: string, label: string, parse: (pem: string) => KeyObject): KeyObject {
  const text = pem.trim();
  const framed =
    text.startsWith(`-----BEGIN ${label}-----`) && text.endsWith(`-----END ${label}-----`) && text.split('-----BEGIN ').length === 2;
  if (!framed) throw new AttestError('KEY_INVALID', `expected one PEM block labelled ${label}`, { status: 400 });
  try {
    return parse(text);
  } catch (cause) {
    throw new AttestError('KEY_INVALID', `the PEM block labelled ${label} cannot be read`, { cause, status: 400 });
  }
}

function algorithmOf(key: KeyObject): KeyAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-p256';
  throw new AttestError('KEY_INVALID', 'expected a key of P-256 or Ed25519', { status: 400 });
}

function spkiOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}
