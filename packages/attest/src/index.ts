// Canonical JSON and digests
export { canonicalBytes, canonicalize } from './canonical-json.ts';
export { parseStrictJson } from './strict-json.ts';
export { digestOf, sha256Hex } from './digest.ts';
export { fileDigest } from './file-digest.ts';
// Keys
export { generateSigningKey, publicKeyFromPem } from './key.ts';
export { keyIdOf } from './key-id.ts';
export { localSigner, rotatingSigner } from './signer.ts';
export { remoteSigner } from './remote-signer.ts';
// Statements in bundles
export { signStatement } from './sign-statement.ts';
export { parseBundle, paeOf, payloadOf, signatureOf, statementDigestOf } from './bundle.ts';
export { verifyBundle } from './verify-bundle.ts';
// Whose word counts
export { KeySet, KeySetEntry, keyUses, parseKeySet } from './key-set.ts';
export { signKeySet, verifyKeySet } from './key-set-bundle.ts';
export { renewedKeySet, withNextKey, withRevokedKey } from './key-set-changes.ts';
export { listedKeys, resolveKey, trustedKeys } from './key-status.ts';
export { toJwks } from './json-web-key-set.ts';
export { parseTrustPolicy, TrustPolicy, trustPolicyDigest } from './trust-policy.ts';
export { judgeTrust } from './judge-trust.ts';
export { identityIdOf, isIdentityListed, judgeIdentity } from './judge-identity.ts';
export { AttestError } from './attest-error.ts';

export type { AttestErrorCode } from './attest-error.ts';
export type { FileDigestOptions } from './file-digest.ts';
export type { JsonWebKey } from './json-web-key-set.ts';
export type { DistrustDetail, TrustJudgement, TrustQuestion } from './judge-trust.ts';
export type { SubjectName } from './identity-pattern.ts';
export type { Identity, IdentityQuestion } from './judge-identity.ts';
export type { KeyAlgorithm, SigningKeyPair, VerificationKey } from './key.ts';
export type { KeyUse } from './key-set.ts';
export type { VerifyKeySetOptions } from './key-set-bundle.ts';
export type { KeyQuestion, KeyStatus } from './key-status.ts';
export type { Signer, SignOptions } from './signer.ts';
export type { RemoteSignerOptions, RemoteSignRequest } from './remote-signer.ts';
export type { KeySetRenewalOptions, NextKeyOptions, RevocationOptions } from './key-set-changes.ts';
export type { KeyResolver, VerifiedBundle } from './verify-bundle.ts';
