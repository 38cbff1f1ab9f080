// The keys an installation signs with: which, for what, when. Signed by a root that clients pin.
import { faultsOf, Instant, KeyId } from '@promotable/contracts';
import { z } from 'zod';
import { invalidInput } from './attest-error.ts';
import { publicKeyFromPem } from './key.ts';

/** One key has one use, so that a stolen CI key signs no decision. */
export const keyUses = ['evidence', 'decision', 'checkpoint', 'token', 'override'] as const;
/** What a key may sign. */
export type KeyUse = (typeof keyUses)[number];

/** One key of a key set, with its only use and its time. */
export const KeySetEntry = z
  .strictObject({
    keyId: KeyId,
    algorithm: z.enum(['ecdsa-p256', 'ed25519']),
    /** SPKI. */
    publicKeyPem: z.string().min(1).max(1024),
    use: z.enum(keyUses),
    notBefore: Instant,
    notAfter: Instant,
    /** Whatever the time says: a revoked key is never trusted again, for anything it ever signed. */
    revokedAt: Instant.nullable(),
  })
  .superRefine((entry, context) => {
    if (Date.parse(entry.notAfter) <= Date.parse(entry.notBefore))
      context.addIssue({ code: 'custom', path: ['notAfter'], message: 'must lie after notBefore' });
    const key = readable(entry.publicKeyPem);
    if (key === null) context.addIssue({ code: 'custom', path: ['publicKeyPem'], message: 'must be an SPKI PEM of P-256 or Ed25519' });
    else if (key.keyId !== entry.keyId) context.addIssue({ code: 'custom', path: ['keyId'], message: 'must be the id of publicKeyPem' });
    else if (key.algorithm !== entry.algorithm)
      context.addIssue({ code: 'custom', path: ['algorithm'], message: 'must be the algorithm of publicKeyPem' });
  });

/** Predicate of `https://promotable.dev/attestation/keyset/v1`. Retired keys stay listed. */
export const KeySet = z
  .strictObject({ version: z.int().min(1), issuedAt: Instant, expiresAt: Instant, keys: z.array(KeySetEntry).min(1).max(1000) })
  .refine((set) => Date.parse(set.expiresAt) > Date.parse(set.issuedAt), { path: ['expiresAt'], message: 'must lie after issuedAt' })
  .superRefine((set, context) => {
    const seen = new Set<string>();
    for (const [index, { keyId }] of set.keys.entries()) {
      if (seen.has(keyId))
        context.addIssue({ code: 'custom', path: ['keys', index, 'keyId'], message: 'must be listed once, with one use' });
      seen.add(keyId);
    }
  });

export type KeySet = z.infer<typeof KeySet>;
/** One key of a key set, with its only use and its time. */
export type KeySetEntry = z.infer<typeof KeySetEntry>;

/** Checks a key set. @throws {AttestError} `KEY_SET_INVALID` with every fault */
export function parseKeySet(value: unknown): KeySet {
  const parsed = KeySet.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput('KEY_SET_INVALID', 'not a key set:', faultsOf(parsed.error));
}

function readable(pem: string): ReturnType<typeof publicKeyFromPem> | null {
  try {
    return publicKeyFromPem(pem);
  } catch {
    return null;
  }
}
