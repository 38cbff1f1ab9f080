// The shapes of the OCI image specification 1.1 that are read and written here.
import { Digest } from '@promotable/contracts';
import { z } from 'zod';

/** Media types by what they say. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

const Annotations = z.record(z.string(), z.string());

/** What stands for bytes of a registry. */
export const Descriptor = z
  .object({
    mediaType: z.string(),
    digest: Digest,
    size: z.int().nonnegative(),
    artifactType: z.string().optional(),
    annotations: Annotations.optional(),
    /** Of an image in an index. */
    platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).loose().optional(),
  })
  .loose();
export type Descriptor = z.infer<typeof Descriptor>;

export const ImageIndex = z.object({ manifests: z.array(Descriptor) }).loose();
export type ImageIndex = z.infer<typeof ImageIndex>;

export const Manifest = z
  .object({
    artifactType: z.string().optional(),
    config: Descriptor.optional(),
    layers: z.array(Descriptor).optional(),
    annotations: Annotations.optional(),
  })
  .loose();
export type Manifest = z.infer<typeof Manifest>;

/** The two bytes that stand where there is no content. */
export const emptyBytes = Buffer.from('{}');
