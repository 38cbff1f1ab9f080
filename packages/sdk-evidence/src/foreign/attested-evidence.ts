// What another tool signed, on its way to MC: its text untouched, and beside it the release that it is brought for.
import { readAttestation } from '@promotable/attest/foreign';
import { Checkpoint, EnvironmentName, type Fault, faultsOf, isCodedError, ReleaseId, ServiceName } from '@promotable/contracts';
import { z } from 'zod';
import { FaultList, faulty } from '../fault-list.ts';
import type { Publishable } from '../publish/publishable.ts';
import { attestationIdOf, isForeign } from './attestation-id.ts';
import { requireKnown } from './foreign-types.ts';

/** The release that an attestation is brought for. */
export interface AttestedRelease {
  /** @default what evidence of our own form says; a foreign statement says nothing */
  readonly service?: string | undefined;
  /** @default as `service` */
  readonly releaseId?: string | undefined;
}

/** An attestation that can be published. */
export interface AttestedEvidence extends Publishable {
  readonly attestation: string;
  readonly predicateType: string;
  /** `sha256:…` of what the statement is about. */
  readonly subjects: readonly string[];
}

const frameType = 'application/vnd.promotable.attested+json';
const Frame = z.strictObject({
  mediaType: z.literal(frameType),
  service: ServiceName,
  releaseId: ReleaseId,
  attestation: z.string().min(1),
});
/** What is said of our own evidence, until MC has verified it. */
const Claimed = z.object({
  service: ServiceName,
  releaseId: ReleaseId,
  checkpoint: Checkpoint,
  environment: EnvironmentName.optional(),
});

/**
 * Reads a Sigstore bundle or a DSSE envelope that another tool made, for a release. Its signature is MC's to verify; what is sent is the very
 * text that was read.
 * @throws {EvidenceError} `BUNDLE_INVALID` with every fault, `PREDICATE_UNKNOWN` with the types that are known, `EVIDENCE_INVALID` where the
 * release is not named, or named otherwise than in evidence of our own form
 */
export function attestedEvidence(bytes: Uint8Array, release: AttestedRelease): AttestedEvidence {
  const attestation = textOf(bytes);
  const { payloadDigest, statement } = readable(() => readAttestation(attestation));
  const { predicateType, subject } = statement;
  const predicate = isForeign(predicateType) ? foreign(predicateType, release) : ours(statement.predicate, release);
  const { service, releaseId } = predicate;
  const frame: z.infer<typeof Frame> = { mediaType: frameType, service, releaseId, attestation };
  return {
    bytes: Buffer.from(`${JSON.stringify(frame)}\n`),
    statementDigest: attestationIdOf({ predicateType, payloadDigest, service, releaseId }),
    predicate,
    attestation,
    predicateType,
    subjects: [...new Set(subject.map(({ digest }) => `sha256:${digest.sha256}`))].sort(),
  };
}

/** Whether bytes are an attestation as a spool keeps it; anything else is a bundle of our own. */
export function isAttestedFrame(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 128)).includes(`{"mediaType":"${frameType}"`);
}

/** @throws {EvidenceError} as {@link attestedEvidence} */
export function parseAttestedFrame(bytes: Uint8Array): AttestedEvidence {
  const frame = Frame.safeParse(jsonOf(bytes));
  if (!frame.success) throw faulty('BUNDLE_INVALID', 'attestation', faultsOf(frame.error));
  const { service, releaseId, attestation } = frame.data;
  return attestedEvidence(Buffer.from(attestation), { service, releaseId });
}

function foreign(predicateType: string, { service, releaseId }: AttestedRelease): Publishable['predicate'] {
  requireKnown(predicateType);
  const faults = new FaultList();
  if (!ServiceName.safeParse(service).success) faults.add('/service', 'required', 'must name the service: a foreign statement does not');
  if (!ReleaseId.safeParse(releaseId).success) faults.add('/releaseId', 'required', 'must name the release: a foreign statement does not');
  faults.throwIfAny('EVIDENCE_INVALID', 'attestation');
  return { service: service ?? '', releaseId: releaseId ?? '', checkpoint: 'build' };
}

function ours(predicate: object, given: AttestedRelease): Publishable['predicate'] {
  const parsed = Claimed.safeParse(predicate);
  if (!parsed.success) throw faulty('BUNDLE_INVALID', 'attestation', faultsOf(parsed.error));
  const { environment, ...claimed } = parsed.data;
  for (const field of ['service', 'releaseId'] as const)
    if (given[field] !== undefined && given[field] !== claimed[field])
      throw faulty('EVIDENCE_INVALID', 'attestation', [
        { path: `/${field}`, code: 'differs_from_bundle', message: `is ${JSON.stringify(claimed[field])} in what was signed` },
      ]);
  return { ...claimed, ...(environment === undefined ? {} : { environment }) };
}

/** Text that is no UTF-8 would not come out as it went in. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw faulty('BUNDLE_INVALID', 'attestation', [{ path: '', code: 'encoding', message: 'must be UTF-8' }]);
  }
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const faults: readonly Fault[] = error.faults.length > 0 ? error.faults : [{ path: '', code: error.code, message: error.message }];
    throw faulty('BUNDLE_INVALID', 'attestation', faults);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
