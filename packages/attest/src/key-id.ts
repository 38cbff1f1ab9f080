// The id of a key: what `ssh-keygen -lf` prints, accepted by cosign and required by securesystemslib.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { AttestError } from './attest-error.ts';

/**
 * `SHA256:` + unpadded base64 SHA-256 of the key's SSH wire form (RFC 5656 §3.1 for P-256, RFC 8709 §4 for Ed25519).
 * @throws {AttestError} `KEY_INVALID` for a key of another kind
 */
export function keyIdOf(publicKey: KeyObject | string): string {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  return `SHA256:${hash('sha256', sshWireForm(key), 'base64').replace(/=+$/, '')}`;
}

function sshWireForm(key: KeyObject): Buffer {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  if (kty === 'OKP' && crv === 'Ed25519' && x !== undefined) return fields('ssh-ed25519', Buffer.from(x, 'base64url'));
  if (kty === 'EC' && crv === 'P-256' && x !== undefined && y !== undefined) {
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    return fields('ecdsa-sha2-nistp256', 'nistp256', point);
  }
  throw new AttestError('KEY_INVALID', 'expected a key of P-256 or Ed25519', { status: 400 });
}

/** Each field as a 32-bit big-endian length and its bytes (RFC 4251 §5 `string`). */
function fields(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
