import { describe, expect, it } from 'vitest';
import { renewedKeySet, withNextKey, withRevokedKey } from './key-set-changes.ts';
import type { KeySet, KeyUse } from './key-set.ts';
import { resolveKey } from './key-status.ts';
import { generateSigningKey, type SigningKeyPair } from './key.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-21T12:00:00Z');
const iso = (at: number) => new Date(at).toISOString();
const [first, next, other] = [generateSigningKey('ecdsa-p256'), generateSigningKey('ed25519'), generateSigningKey('ecdsa-p256')];
const listed = ({ keyId, algorithm, publicKeyPem }: SigningKeyPair, use: KeyUse) => ({
  ...{ keyId, algorithm, publicKeyPem, use, notBefore: iso(now - 100 * day), notAfter: iso(now + 100 * day), revokedAt: null },
});
const keySet: KeySet = {
  version: 7,
  issuedAt: iso(now),
  expiresAt: iso(now + day),
  keys: [listed(first, 'decision'), listed(other, 'evidence')],
};
const rotated = withNextKey(keySet, next, { now, use: 'decision', replaces: first.keyId });
const status = (set: KeySet, { keyId }: SigningKeyPair, at: number) => resolveKey(set, keyId, { use: 'decision', at }).status;

describe('the next key', () => {
  it('is published seven days ahead, and the old one stays in force for seven days beside it', () => {
    expect([rotated.version, rotated.issuedAt, rotated.expiresAt]).toEqual([8, iso(now), iso(now + 7 * day)]);
    const days = [0, 7 - 1e-6, 7, 14 - 1e-6, 14, 371].map((days) => [
      status(rotated, first, now + days * day),
      status(rotated, next, now + days * day),
    ]);
    expect(days).toEqual([
      ['trusted', 'not-yet-valid'],
      ['trusted', 'not-yet-valid'],
      ['trusted', 'trusted'],
      ['trusted', 'trusted'],
      ['retired', 'trusted'],
      ['retired', 'trusted'],
    ]);
    expect(rotated.keys[1]).toEqual(keySet.keys[1]);
  });

  it('lets a key that ends sooner end then', () => {
    const ending = { ...keySet, keys: [{ ...listed(first, 'decision'), notAfter: iso(now + day) }] };
    expect(withNextKey(ending, next, { now, use: 'decision', replaces: first.keyId }).keys[0]?.notAfter).toBe(iso(now + day));
  });

  it('of another publisher is in force at once and retires nobody', () => {
    const added = withNextKey(keySet, next, { now, use: 'evidence', replaces: null });
    expect(resolveKey(added, next.keyId, { use: 'evidence', at: now }).status).toBe('trusted');
    expect(added.keys.slice(0, 2)).toEqual(keySet.keys);
  });

  it.each([
    ['is listed already', first, { use: 'decision', replaces: first.keyId }],
    ['replaces a key of another use', next, { use: 'decision', replaces: other.keyId }],
    ['replaces a key that is not listed', next, { use: 'decision', replaces: next.keyId }],
  ] as const)('is refused when it %s', (_title, key, change) => {
    expect(() => withNextKey(keySet, key, { now, ...change })).toThrow(
      expect.objectContaining({ code: 'KEY_CHANGE_REFUSED', status: 409 }),
    );
  });
});

describe('a revocation', () => {
  it('is for good, and brings the published key into force where there is no other', () => {
    const revoked = withRevokedKey(rotated, { now: now + day, keyId: first.keyId });
    expect([status(revoked, first, now - day), status(revoked, next, now + day)]).toEqual(['revoked', 'trusted']);
    expect(revoked.version).toBe(9);
  });

  it('leaves a key that is to come as it is where another is in force', () => {
    const revoked = withRevokedKey(rotated, { now: now + 8 * day, keyId: first.keyId });
    expect(revoked.keys[2]).toEqual(rotated.keys[2]);
    const alone = withRevokedKey(keySet, { now, keyId: first.keyId });
    expect(alone.keys.map(({ revokedAt }) => revokedAt)).toEqual([iso(now), null]);
  });

  it('is refused for a key that is not listed, and for one that is revoked', () => {
    const revoked = withRevokedKey(keySet, { now, keyId: first.keyId });
    for (const [set, keyId] of [
      [keySet, next.keyId],
      [revoked, first.keyId],
    ] as const)
      expect(() => withRevokedKey(set, { now, keyId })).toThrow(expect.objectContaining({ code: 'KEY_CHANGE_REFUSED' }));
  });
});

it('a renewed key set is the next version of the same keys', () => {
  expect(renewedKeySet(keySet, { now: now + day, keySetLifeMs: 2 * day })).toEqual({
    ...keySet,
    version: 8,
    issuedAt: iso(now + day),
    expiresAt: iso(now + 3 * day),
  });
});
