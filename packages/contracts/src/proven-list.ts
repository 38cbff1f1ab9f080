import { z } from 'zod';
import { Digest, EnvironmentName, Instant, ReleaseId, ServiceName, TenantId } from './primitives.ts';

/** What was judged and released together. */
const Artifacts = z.strictObject({ releaseId: ReleaseId, digests: z.array(Digest).min(1).max(256) });

/**
 * Predicate of `https://promotable.dev/attestation/proven/v1`: what a service may go back to in one environment, for gates that cannot reach MC.
 * Gates order lists by (epoch, revision), never by time.
 */
export const ProvenList = z
  .strictObject({
    tenant: TenantId,
    service: ServiceName,
    environment: EnvironmentName,
    /** Incarnation of the ledger; a new epoch outranks every older one. */
    epoch: z.uuid(),
    revision: z.int().min(1),
    issuedAt: Instant,
    /** It counts until the last moment and not a moment longer. */
    expiresAt: Instant,
    /** A rollback to these passes; the latest first, at most 20. */
    proven: z.array(Artifacts).max(20),
    /** Left by a rollback; what one of them covers whole is no way back. */
    suspect: z.array(Artifacts).max(200),
    /** Digests that were withdrawn; whatever holds one is no way back. Sorted. */
    revoked: z.array(Digest).max(5120),
  })
  .refine(({ issuedAt, expiresAt }) => Date.parse(expiresAt) > Date.parse(issuedAt), {
    path: ['expiresAt'],
    message: 'must lie after issuedAt',
  });
export type ProvenList = z.infer<typeof ProvenList>;
