// Guarantee: a signature can be checked with tools we did not write.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { predicateTypes, statementType } from '@promotable/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { paeOf, signatureOf } from './bundle.ts';
import { generateSigningKey, type KeyAlgorithm } from './key.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner } from './signer.ts';

const directory = mkdtempSync(join(tmpdir(), 'attest-openssl-'));
afterAll(() => rmSync(directory, { recursive: true }));

const commands: Record<KeyAlgorithm, string[]> = {
  'ecdsa-p256': ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'signed'],
  ed25519: ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'signed', '-sigfile', 'signature'],
};

describe.each(['ecdsa-p256', 'ed25519'] as const)('openssl, given the signed bytes and the signature by %s', (algorithm) => {
  it('verifies them, and refuses them after one flipped bit', async () => {
    const pair = generateSigningKey(algorithm);
    const statement = {
      _type: statementType,
      subject: [{ digest: { sha256: '0'.repeat(64) } }],
      predicateType: predicateTypes.decision,
      predicate: { verdict: 'pass' },
    } as const;
    const bundle = await signStatement({ ...statement, subject: [...statement.subject] }, localSigner(pair.privateKeyPem));
    const signed = Buffer.from(paeOf(bundle));
    writeFileSync(join(directory, 'key.pem'), pair.publicKeyPem);
    writeFileSync(join(directory, 'signature'), signatureOf(bundle));

    writeFileSync(join(directory, 'signed'), signed);
    expect(openssl(algorithm)).toMatch(/Verified OK|Signature Verified Successfully/);

    signed[signed.length - 3] = (signed[signed.length - 3] as number) ^ 1;
    writeFileSync(join(directory, 'signed'), signed);
    expect(() => openssl(algorithm)).toThrow();
  });
});

function openssl(algorithm: KeyAlgorithm): string {
  return execFileSync('openssl', commands[algorithm], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
}
