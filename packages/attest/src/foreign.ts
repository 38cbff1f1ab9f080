// `@promotable/attest/foreign`: what other tools signed (cosign, tested with 3.1.3), against keys that are pinned here.
export { verifyForeignBlob, verifyForeignStatement } from './foreign/verify-foreign.ts';
export { readAttestation } from './foreign/attestation.ts';
export { pinnedKeys } from './foreign/pinned-keys.ts';

export type { Attestation } from './foreign/attestation.ts';
export type { ForeignStatement } from './foreign/foreign-statement.ts';
export type { Unchecked } from './foreign/foreign-bundle.ts';
export type {
  VerifiedForeignBlob,
  VerifiedForeignStatement,
  VerifyForeignBlobOptions,
  VerifyForeignStatementOptions,
} from './foreign/verify-foreign.ts';
