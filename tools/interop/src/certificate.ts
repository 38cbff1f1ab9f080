import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningKeyPair } from '@promotable/attest';
import { run } from './tools/offline.ts';

/** A self-signed X.509 certificate of a key, DER in base64, made by openssl. */
export async function selfSignedCertificate({ privateKeyPem }: SigningKeyPair): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'promotable-certificate-'));
  try {
    writeFileSync(join(directory, 'key.pem'), privateKeyPem, { mode: 0o600 });
    const args = ['req', '-x509', '-new', '-key', 'key.pem', '-subj', '/CN=stranger', '-days', '1', '-outform', 'PEM'];
    const { code, stdout, stderr } = await run('openssl', args, { cwd: directory });
    if (code !== 0) throw new Error(stderr);
    return stdout.replaceAll(/-----[^-]+-----|\s/g, '');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
