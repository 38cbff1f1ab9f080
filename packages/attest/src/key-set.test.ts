import { createPublicKey } from 'node:crypto';
import { predicateTypes, statementType } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { toJwks } from './json-web-key-set.ts';
import { signKeySet, verifyKeySet } from './key-set-bundle.ts';
import { type KeySet, type KeySetEntry, type KeyUse, parseKeySet } from './key-set.ts';
import { listedKeys, resolveKey, trustedKeys } from './key-status.ts';
import { generateSigningKey, type SigningKeyPair } from './key.ts';
import { signStatement } from './sign-statement.ts';
import { localSigner } from './signer.ts';

const day = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-11-21T12:00:00Z');
const iso = (at: number) => new Date(at).toISOString();
const root = generateSigningKey('ecdsa-p256');
const otherRoot = generateSigningKey('ed25519');
const signing = generateSigningKey('ecdsa-p256');
const token = generateSigningKey('ed25519');

function entry(pair: SigningKeyPair, use: KeyUse, fields: Partial<KeySetEntry> = {}): KeySetEntry {
  const { keyId, algorithm, publicKeyPem } = pair;
  return { keyId, algorithm, publicKeyPem, use, notBefore: iso(now - 30 * day), notAfter: iso(now + 30 * day), revokedAt: null, ...fields };
}

function keySet(fields: Partial<KeySet> = {}): KeySet {
  return {
    version: 7,
    issuedAt: iso(now - day),
    expiresAt: iso(now + 6 * day),
    keys: [entry(signing, 'evidence'), entry(token, 'token')],
    ...fields,
  };
}

const options = { rootPublicKeys: [root.publicKeyPem], now };
const signed = await signKeySet(keySet(), localSigner(root.privateKeyPem));

describe('a key set signed by a pinned root', () => {
  it('is believed while in force, also while a root is being replaced', () => {
    expect(verifyKeySet(JSON.stringify(signed), options)).toEqual(keySet());
    expect(verifyKeySet(signed, { ...options, rootPublicKeys: [otherRoot.publicKeyPem, root.publicKeyPem], minimumVersion: 7 })).toEqual(
      keySet(),
    );
  });

  it('is believed by a clock that is up to 60 s behind, and by one just before it expires', () => {
    for (const at of [now - day - 60_000, now - day - 1, now + 6 * day - 1])
      expect(verifyKeySet(signed, { ...options, now: at })).toEqual(keySet());
  });

  it.each([
    ['by another root', { rootPublicKeys: [otherRoot.publicKeyPem] }, 'KEY_SET_UNTRUSTED'],
    ['when no root is pinned', { rootPublicKeys: [] }, 'KEY_SET_UNTRUSTED'],
    ['at the instant it expires', { now: now + 6 * day }, 'KEY_SET_EXPIRED'],
    ['more than 60 s before it was issued', { now: now - day - 60_001 }, 'KEY_SET_NOT_YET_VALID'],
    ['by a clock that shows no time', { now: Number.NaN }, 'KEY_SET_NOT_YET_VALID'],
    ['when a newer version was seen (rollback)', { minimumVersion: 8 }, 'KEY_SET_ROLLED_BACK'],
  ])('is refused %s', (_title, change, code) => {
    expect(() => verifyKeySet(signed, { ...options, ...change })).toThrowError(expect.objectContaining({ code }));
  });

  it('is refused with one byte altered', () => {
    const altered = structuredClone(signed);
    altered.dsseEnvelope.payload = Buffer.from(
      Buffer.from(signed.dsseEnvelope.payload, 'base64').toString().replace('"version":7', '"version":9'),
    ).toString('base64');
    expect(() => verifyKeySet(altered, options)).toThrowError(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
  });

  it('is refused when the root signed something else: another type, another subject, a second one, no key set', async () => {
    const signer = localSigner(root.privateKeyPem);
    const statement = {
      _type: statementType,
      subject: [{ digest: { sha256: digestOf(keySet()) } }],
      predicateType: predicateTypes.keySet,
      predicate: keySet(),
    } as const;
    const others = [
      { ...statement, subject: [...statement.subject], predicateType: predicateTypes.evidence },
      { ...statement, subject: [{ digest: { sha256: '0'.repeat(64) } }] },
      { ...statement, subject: [...statement.subject, { digest: { sha256: '0'.repeat(64) } }] },
      { ...statement, subject: [...statement.subject], predicate: { version: 7 } },
    ];
    for (const other of others) {
      const bundle = await signStatement(other, signer);
      expect(() => verifyKeySet(bundle, options)).toThrowError(expect.objectContaining({ code: 'KEY_SET_INVALID' }));
    }
  });
});

describe('a key set', () => {
  it('is refused with every fault: a foreign key id, another algorithm, a key twice, times the wrong way round', () => {
    const keys = [
      entry(signing, 'evidence', { keyId: token.keyId }),
      entry(token, 'token', { algorithm: 'ecdsa-p256' }),
      entry(root, 'decision', { notAfter: iso(now - 31 * day) }),
      entry(root, 'checkpoint', { publicKeyPem: root.privateKeyPem }),
    ];
    expect(faultPaths(keySet({ keys }))).toEqual([
      '/keys/0/keyId',
      '/keys/1/algorithm',
      '/keys/2/notAfter',
      '/keys/3/publicKeyPem',
      '/keys/1/keyId',
      '/keys/3/keyId',
    ]);
    expect(faultPaths({ version: 0, issuedAt: '2026-11-21', keys: [], more: 1 })).toEqual([
      '/version',
      '/issuedAt',
      '/expiresAt',
      '/keys',
      '/more',
    ]);
  });
});

describe('the standing of a key', () => {
  const at = (change: Partial<KeySetEntry>, when = now, use: KeyUse = 'evidence') =>
    resolveKey(keySet({ keys: [entry(signing, 'evidence', change)] }), signing.keyId, { use, at: when }).status;

  it.each([
    ['trusted within its time', {}, now, 'trusted'],
    ['trusted from notBefore on', {}, now - 30 * day, 'trusted'],
    ['not yet valid before that', {}, now - 30 * day - 1, 'not-yet-valid'],
    ['retired from notAfter on', {}, now + 30 * day, 'retired'],
    ['revoked, whatever the time', { revokedAt: iso(now + day) }, now - day, 'revoked'],
    ['not yet valid by a clock that shows no time', {}, Number.NaN, 'not-yet-valid'],
  ])('is %s', (_title, change, when, status) => expect(at(change, when)).toBe(status));

  it('is unknown for another use, and for an id that is not listed', () => {
    expect(at({}, now, 'decision')).toBe('unknown');
    expect(resolveKey(keySet(), root.keyId, { use: 'evidence', at: now })).toEqual({ status: 'unknown' });
  });

  it('decides which keys a verifier may use; who signed can be asked of any listed key', () => {
    const retired = keySet({ keys: [entry(signing, 'evidence', { notAfter: iso(now) })] });
    expect(trustedKeys(keySet(), { use: 'evidence', at: now })(signing.keyId)?.keyId).toBe(signing.keyId);
    expect(trustedKeys(retired, { use: 'evidence', at: now })(signing.keyId)).toBeNull();
    expect(listedKeys(retired, 'evidence')(signing.keyId)?.keyId).toBe(signing.keyId);
    expect(listedKeys(retired, 'decision')(signing.keyId)).toBeNull();
  });
});

describe('the JWKS of a key set', () => {
  it('lists token keys only, by key id, and none that is revoked', () => {
    const revoked = generateSigningKey('ecdsa-p256');
    const { keys } = toJwks(keySet({ keys: [...keySet().keys, entry(revoked, 'token', { revokedAt: iso(now) })] }));
    expect(keys).toEqual([expect.objectContaining({ kid: token.keyId, kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })]);
    expect(keys[0]).not.toHaveProperty('y');
  });

  it('holds the same key as the PEM', () => {
    const [jwk] = toJwks(keySet(), 'evidence').keys;
    expect(createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })).toBe(signing.publicKeyPem);
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256' });
  });
});

function faultPaths(value: unknown): string[] {
  try {
    parseKeySet(value);
    return [];
  } catch (error) {
    return (error as { faults: { path: string }[] }).faults.map(({ path }) => path);
  }
}
