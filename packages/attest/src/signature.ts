// Signature bytes: exactly one encoding per algorithm, made and checked here.
import { type KeyObject, sign, verify } from 'node:crypto';
import { AttestError } from './attest-error.ts';
import type { KeyAlgorithm, VerificationKey } from './key.ts';

/** Signs with ECDSA P-256/SHA-256 (DER) or Ed25519. */
export function signBytes(bytes: Uint8Array, algorithm: KeyAlgorithm, privateKey: KeyObject): Uint8Array {
  // The bare key: DER is the default, and saying so in an options object costs a quarter of a verification.
  return sign(digestNameOf(algorithm), bytes, privateKey);
}

/** True when `signature` is the key's over `bytes`. @throws {AttestError} `SIGNATURE_ENCODING_INVALID` */
export function verifyBytes(bytes: Uint8Array, signature: Uint8Array, key: VerificationKey): boolean {
  assertSignatureEncoding(signature, key.algorithm);
  return verify(digestNameOf(key.algorithm), bytes, key.keyObject, signature);
}

/** Ed25519 hashes by itself. */
function digestNameOf(algorithm: KeyAlgorithm): 'sha256' | null {
  return algorithm === 'ed25519' ? null : 'sha256';
}

/** cosign also takes P1363 (`r‖s`); a second encoding would be a second text for one signature, so it is refused by name. */
export function assertSignatureEncoding(signature: Uint8Array, algorithm: KeyAlgorithm): void {
  if (hasSignatureEncoding(signature, algorithm)) return;
  const expected = algorithm === 'ed25519' ? '64 bytes' : 'the strict DER form of two positive integers';
  throw new AttestError('SIGNATURE_ENCODING_INVALID', `a signature by ${algorithm} must be ${expected}`, { status: 400 });
}

export function hasSignatureEncoding(signature: Uint8Array, algorithm: KeyAlgorithm): boolean {
  return algorithm === 'ed25519' ? signature.length === 64 : isStrictDer(signature);
}

/** `SEQUENCE { INTEGER r, INTEGER s }` with shortest lengths and positive values of at most 32 bytes. */
function isStrictDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || bytes.length > 72) return false;
  const afterR = endOfInteger(bytes, 2);
  return afterR !== null && endOfInteger(bytes, afterR) === bytes.length;
}

function endOfInteger(bytes: Uint8Array, start: number): number | null {
  const tag = bytes[start];
  const length = bytes[start + 1];
  const first = bytes[start + 2];
  const second = bytes[start + 3];
  if (tag !== 0x02 || length === undefined || first === undefined || length < 1 || length > 33) return null;
  if (first >= 0x80 || (length === 33 && first !== 0)) return null;
  const padded = first === 0 && (length === 1 || second === undefined || second < 0x80);
  const end = start + 2 + length;
  return padded || end > bytes.length ? null : end;
}

/** The DER form of `r‖s`, 32 bytes each (IEEE P1363). @throws {AttestError} `SIGNATURE_ENCODING_INVALID` */
export function derOfP1363(signature: Uint8Array): Uint8Array {
  if (signature.length !== 64)
    throw new AttestError('SIGNATURE_ENCODING_INVALID', 'a signature by ecdsa-p256 in P1363 form must be 64 bytes', { status: 400 });
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map(derInteger);
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** Shortest form; a first bit that is set would make it negative. */
function derInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const value = start === -1 ? Buffer.of(0) : bytes.subarray(start);
  const padded = (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value;
  return Buffer.concat([Buffer.of(0x02, padded.length), padded]);
}
