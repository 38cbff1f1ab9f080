import { hash } from 'node:crypto';
import type { VerificationKey } from '../key.ts';

/**
 * The names that tools give a key in a bundle: the SSH fingerprint (ours, and go-securesystemslib's), and SHA-256 of the SPKI in base64
 * (sigstore-go) or in hex.
 */
export function hintsOf({ keyId, keyObject }: VerificationKey): readonly string[] {
  const spki = keyObject.export({ type: 'spki', format: 'der' });
  return [keyId, hash('sha256', spki, 'base64'), hash('sha256', spki, 'hex')];
}
