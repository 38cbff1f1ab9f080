import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf } from './key-id.ts';
import { generateSigningKey, publicKeyFromPem } from './key.ts';
import { localSigner } from './signer.ts';

const ecdsaPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnuc7jrDvZB/DKN36m9kngVEh+X0A
OqpJXE66TAKyAI8oI4pByHvbdJv30DJNdQl6cpPWECet8j7TcbpalteYoA==
-----END PUBLIC KEY-----
`;
const ed25519Wire = 'AAAAC3NzaC1lZDI1NTE5AAAAIJf+INz1upXX0VNs/T7DzSGzf3VrSZXl8JkzgEh0mLjR';

describe('a key id', () => {
  it('is what ssh-keygen -l prints, for P-256', () => {
    expect(publicKeyFromPem(ecdsaPem).keyId).toBe('SHA256:u0yCbDDXQv6pCPYVOzNduICm/se8OsFVqlAAnOaFdWc');
    expect(keyIdOf(ecdsaPem)).toBe('SHA256:u0yCbDDXQv6pCPYVOzNduICm/se8OsFVqlAAnOaFdWc');
  });

  it('is what ssh-keygen -l prints, for Ed25519', () => {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(ed25519Wire, 'base64').subarray(-32)]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    expect(keyIdOf(pem)).toBe('SHA256:ajhVy56HIL0BKPx3guKonBmeThBnH07jY0q97QpLq+M');
  });
});

describe.each(['ecdsa-p256', 'ed25519'] as const)('a generated key of %s', (algorithm) => {
  it('survives the way through PEM, private and public', async () => {
    const pair = generateSigningKey(algorithm);
    expect(localSigner(pair.privateKeyPem)).toMatchObject({ keyId: pair.keyId, algorithm });
    expect(publicKeyFromPem(pair.publicKeyPem)).toMatchObject({ keyId: pair.keyId, algorithm, publicKeyPem: pair.publicKeyPem });
  });
});

describe('a key that is not one of ours', () => {
  const p256 = generateSigningKey('ecdsa-p256');
  const spki = (key: ReturnType<typeof createPrivateKey>) => key.export({ type: 'spki', format: 'pem' }).toString();
  it.each([
    ['RSA', spki(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['P-384', spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['secp256k1', spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['Ed448', spki(generateKeyPairSync('ed448').publicKey)],
    ['a private key where a public one is asked for', p256.privateKeyPem],
    ['two keys', p256.publicKeyPem + p256.publicKeyPem],
    ['a label around noise', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['nothing', ''],
  ])('is refused: %s', (_title, pem) => {
    expect(() => publicKeyFromPem(pem)).toThrowError(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  it('is read once from the same text, and anew when more than a thousand others came after it', () => {
    const { publicKeyPem } = generateSigningKey('ed25519');
    const first = publicKeyFromPem(publicKeyPem);
    expect(publicKeyFromPem(publicKeyPem)).toBe(first);
    for (let other = 0; other < 1024; other++) publicKeyFromPem(generateSigningKey('ed25519').publicKeyPem);
    expect(publicKeyFromPem(publicKeyPem)).not.toBe(first);
    expect(publicKeyFromPem(publicKeyPem).keyId).toBe(first.keyId);
  });

  it('is refused for signing: a public key, RSA, an old EC PRIVATE KEY block', () => {
    const sec1 = createPrivateKey(p256.privateKeyPem).export({ type: 'sec1', format: 'pem' }).toString();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const pem of [p256.publicKeyPem, sec1, rsa])
      expect(() => localSigner(pem)).toThrowError(expect.objectContaining({ code: 'KEY_INVALID' }));
  });
});
