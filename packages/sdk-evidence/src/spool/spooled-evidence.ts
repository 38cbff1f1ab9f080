import { parseSigned } from '../build/signed-evidence.ts';
import { isAttestedFrame, parseAttestedFrame } from '../foreign/attested-evidence.ts';
import type { Publishable } from '../publish/publishable.ts';

/** Reads what a spool kept. @throws {EvidenceError} `BUNDLE_INVALID`, `PREDICATE_UNKNOWN`, `EVIDENCE_INVALID` */
export function parsePublishable(bytes: Uint8Array): Publishable {
  return isAttestedFrame(bytes) ? parseAttestedFrame(bytes) : parseSigned(bytes);
}
