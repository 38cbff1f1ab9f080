import { z } from 'zod';

const nameRule = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/** Lowercase hex of a SHA-256 digest, 64 characters. */
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lowercase hex characters');
/** `sha256:` followed by 64 lowercase hex characters, as OCI writes a digest. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lowercase hex characters');
/** Name of a tenant. */
export const TenantId = z.string().regex(nameRule, 'must be 1 to 128 letters, digits, ".", "_" or "-"');
/** Name of a service within its tenant. */
export const ServiceName = z.string().regex(nameRule, 'must be 1 to 128 letters, digits, ".", "_" or "-"');
/** Name of a release, the same in every environment: a claim, the digests are its identity. */
export const ReleaseId = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._+-]{0,126}[A-Za-z0-9])?$/, 'must be 1 to 128 letters, digits, ".", "_", "+" or "-"');
/** Name of an environment, such as `production`. */
export const EnvironmentName = z.string().regex(nameRule, 'must be 1 to 128 letters, digits, ".", "_" or "-"');
/** A canary weight in percent, `1` to `99`, as a string. */
export const CanaryWeight = z.string().regex(/^[1-9][0-9]?$/, 'must be a canary weight from 1 to 99');
/** Where in its life a release was measured: `build`, a canary weight, or `complete`. */
export const Checkpoint = z.union([z.literal('build'), z.literal('complete'), CanaryWeight]);
/** A stage of a rollout: a canary weight or `complete`. */
export const Stage = z.union([z.literal('complete'), CanaryWeight]);
/** RFC 3339 instant with an offset; a naive time is refused. */
export const Instant = z.iso.datetime({ offset: true, message: 'must be an RFC 3339 time with an offset' });
/** Hash by which Kubernetes tells the pods of one template. */
export const PodTemplateHash = z.string().regex(/^[A-Za-z0-9]{1,63}$/, 'must be 1 to 63 letters or digits');
/** Key id: `SHA256:` and the unpadded base64 SHA-256 of the key's SSH wire form. */
export const KeyId = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be SHA256: and 43 base64 characters');
/** The caller's name for one publish, unique per tenant. */
export const IdempotencyKey = z.string().min(1).max(128);
/** A finite number that is not negative. */
export const Quantity = z.number().nonnegative();
/** A whole number from 0. */
export const Count = z.int().nonnegative();

export type Digest = z.infer<typeof Digest>;
export type Checkpoint = z.infer<typeof Checkpoint>;
export type Stage = z.infer<typeof Stage>;
