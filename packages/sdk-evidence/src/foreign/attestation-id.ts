import { digestOf } from '@promotable/attest';
import { predicateTypes } from '@promotable/contracts';

/** What an attestation is filed under: which payload, and for which release it was brought. */
export interface AttestationName {
  readonly predicateType: string;
  /** SHA-256 of the DSSE payload, lowercase hex. */
  readonly payloadDigest: string;
  readonly service: string;
  readonly releaseId: string;
}

/** Whether a statement is of another form than our own evidence, which names its release itself. */
export function isForeign(predicateType: string): boolean {
  return predicateType !== predicateTypes.evidence;
}

/**
 * What stands where our own evidence has its statement digest. A foreign statement names no release, and one image may be released twice: so
 * it is sha256 of RFC 8785 `{attestation, service, releaseId}`, with the payload's digest as `attestation`.
 */
export function attestationIdOf({ predicateType, payloadDigest, service, releaseId }: AttestationName): string {
  return isForeign(predicateType) ? digestOf({ attestation: payloadDigest, service, releaseId }) : payloadDigest;
}
