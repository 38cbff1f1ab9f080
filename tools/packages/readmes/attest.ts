// What the openssl lines of packages/attest/README.md check: one statement, signed by either kind of key.
import { writeFileSync } from 'node:fs';
import { generateSigningKey, localSigner, paeOf, signatureOf, signStatement } from '@promotable/attest';

const statement = {
  _type: 'https://in-toto.io/Statement/v1' as const,
  subject: [{ name: 'checkout.tgz', digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://promotable.dev/attestation/evidence/v1',
  predicate: { service: 'checkout' },
};

for (const [name, algorithm] of [
  ['p256', 'ecdsa-p256'],
  ['ed25519', 'ed25519'],
] as const) {
  const key = generateSigningKey(algorithm);
  const bundle = await signStatement(statement, localSigner(key.privateKeyPem));
  writeFileSync(`${name}.pem`, key.publicKeyPem);
  writeFileSync(`${name}.signature`, signatureOf(bundle));
  writeFileSync('signed', paeOf(bundle));
}
