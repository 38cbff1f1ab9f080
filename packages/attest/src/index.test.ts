import { expect, it } from 'vitest';
import * as attest from './index.ts';

it('exports exactly the documented values', () => {
  expect(Object.keys(attest).sort()).toEqual([
    ...[
      'AttestError',
      'KeySet',
      'TrustPolicy',
      'canonicalBytes',
      'canonicalize',
      'digestOf',
      'fileDigest',
      'generateSigningKey',
      'judgeTrust',
      'keyIdOf',
    ],
    ...[
      'keyUses',
      'listedKeys',
      'localSigner',
      'paeOf',
      'parseBundle',
      'parseKeySet',
      'parseStrictJson',
      'parseTrustPolicy',
      'payloadOf',
      'publicKeyFromPem',
    ],
    ...[
      'resolveKey',
      'sha256Hex',
      'signKeySet',
      'signStatement',
      'signatureOf',
      'statementDigestOf',
      'toJwks',
      'trustPolicyDigest',
      'trustedKeys',
      'verifyBundle',
      'verifyKeySet',
    ],
  ]);
});
