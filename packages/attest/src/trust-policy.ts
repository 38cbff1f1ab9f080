// Which signer, a key or the identity of a certificate, may speak for which tenant, services and checkpoints.
import { faultsOf, KeyId, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { invalidInput } from './attest-error.ts';
import { digestOf } from './digest.ts';
import { SubjectName } from './identity-pattern.ts';

const scope = {
  tenant: TenantId,
  /** Names, or `*` for every service of the tenant. */
  services: z.union([z.literal('*'), z.array(ServiceName).min(1).max(1000)]),
  /** `build`: made in CI; `stage`: every canary weight and `complete`, made where the release runs. */
  checkpoints: z
    .array(z.enum(['build', 'stage']))
    .min(1)
    .max(2),
};

const TrustedSigner = z.strictObject({ keyId: KeyId, ...scope });

const RootName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'must be 1 to 64 lowercase letters, digits, "." or "-"');

/** Whoever a certificate authority vouches for by name, such as one workflow of one repository. */
const TrustedIdentity = z.strictObject({
  /** Who told the authority the name: the certificate's extension 1.3.6.1.4.1.57264.1.8, else .1.1. */
  issuer: z.url({ protocol: /^https$/, message: 'must be an https URL' }).max(512),
  subjectAlternativeName: SubjectName,
  /** Of `trustedRoots`. */
  trustedRoot: RootName,
  ...scope,
});

const Listed = z.array(z.record(z.string(), z.unknown())).max(100);

/**
 * A Sigstore trusted root (`trusted_root.json`): the pinned authorities. A short-lived certificate is worth nothing without a time that
 * somebody vouches for, so there must be a time stamping authority or a log.
 */
const TrustedRoot = z
  .object({ certificateAuthorities: Listed.min(1), timestampAuthorities: Listed.default([]), tlogs: Listed.default([]) })
  .loose()
  .refine(({ timestampAuthorities, tlogs }) => timestampAuthorities.length + tlogs.length > 0, {
    message: 'must pin a timestamp authority or a transparency log: nobody else knows when a certificate signed',
  });

/** A signer may be listed several times; one entry that allows suffices. */
export const TrustPolicy = z
  .strictObject({
    signers: z.array(TrustedSigner).max(10_000),
    /** @default nobody by certificate */
    identities: z.array(TrustedIdentity).max(10_000).optional(),
    /** Sigstore trusted roots by the name that identities give them. @default none */
    trustedRoots: z.record(RootName, TrustedRoot).optional(),
  })
  .superRefine(({ identities = [], trustedRoots = {} }, context) => {
    for (const [index, { trustedRoot }] of identities.entries())
      if (!Object.hasOwn(trustedRoots, trustedRoot))
        context.addIssue({ code: 'custom', path: ['identities', index, 'trustedRoot'], message: 'must be one of trustedRoots' });
  });
export type TrustPolicy = z.infer<typeof TrustPolicy>;

/** Checks a trust policy. @throws {AttestError} `TRUST_POLICY_INVALID` with every fault */
export function parseTrustPolicy(value: unknown): TrustPolicy {
  const parsed = TrustPolicy.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput('TRUST_POLICY_INVALID', 'not a trust policy:', faultsOf(parsed.error));
}

const digests = new WeakMap<TrustPolicy, string>();

/**
 * SHA-256 of the policy's RFC 8785 form in hex: recorded with each judgement. Computed once for each object, thousands of signers and whole
 * trusted roots being in it; the policy is frozen with it, so that none is judged by under the digest of another.
 */
export function trustPolicyDigest(policy: TrustPolicy): string {
  const known = digests.get(policy);
  if (known !== undefined) return known;
  const digest = digestOf(policy);
  freeze(policy);
  digests.set(policy, digest);
  return digest;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}
