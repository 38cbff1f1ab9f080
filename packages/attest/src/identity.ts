// `@promotable/attest/identity`: what was signed under a certificate of a pinned authority. Needs the `@sigstore` packages that the manifest
// names as optional peers.
export { verifyIdentity } from './identity/verify-identity.ts';

export type { VerifiedIdentity, VerifyIdentityOptions } from './identity/verify-identity.ts';
