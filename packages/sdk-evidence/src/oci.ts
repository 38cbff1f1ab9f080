// `@promotable/sdk-evidence/oci`: images by their digests, and what was attested about them, from their own registry.
export { attestationsBeside } from './oci/attestations.ts';
export { dockerCredentials } from './oci/docker-credentials.ts';
export { resolveImage } from './oci/resolve-image.ts';

export type { FoundAttestation } from './oci/attestations.ts';
export type { ResolvedImage } from './oci/resolve-image.ts';
export type { RegistryOptions } from './oci/registry-client.ts';
export type { RegistryCredentials } from './oci/registry-auth.ts';
