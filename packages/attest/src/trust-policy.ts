// Which key may speak for which tenant, services and checkpoints.
import { faultsOf, KeyId, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { invalidInput } from './attest-error.ts';
import { digestOf } from './digest.ts';

const TrustedSigner = z.strictObject({
  keyId: KeyId,
  tenant: TenantId,
  /** Names, or `*` for every service of the tenant. */
  services: z.union([z.literal('*'), z.array(ServiceName).min(1).max(1000)]),
  /** `build`: made in CI; `stage`: every canary weight and `complete`, made where the release runs. */
  checkpoints: z
    .array(z.enum(['build', 'stage']))
    .min(1)
    .max(2),
});

/** A signer may be listed several times; one entry that allows suffices. */
export const TrustPolicy = z.strictObject({ signers: z.array(TrustedSigner).max(10_000) });
export type TrustPolicy = z.infer<typeof TrustPolicy>;

/** Checks a trust policy. @throws {AttestError} `TRUST_POLICY_INVALID` with every fault */
export function parseTrustPolicy(value: unknown): TrustPolicy {
  const parsed = TrustPolicy.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput('TRUST_POLICY_INVALID', 'not a trust policy:', faultsOf(parsed.error));
}

/** SHA-256 of the policy's RFC 8785 form in hex: recorded with each judgement. */
export function trustPolicyDigest(policy: TrustPolicy): string {
  return digestOf(policy);
}
