// SHA-256 of bytes, of values and of files, always as 64 lowercase hex characters.
import { hash } from 'node:crypto';
import { canonicalize } from './canonical-json.ts';

/** SHA-256 of bytes, or of a string's UTF-8 bytes. */
export function sha256Hex(input: Uint8Array | string): string {
  return hash('sha256', input, 'hex');
}

/** SHA-256 of the RFC 8785 form of a JSON value. @throws {AttestError} `CANONICAL_JSON_INVALID` */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalize(value));
}
