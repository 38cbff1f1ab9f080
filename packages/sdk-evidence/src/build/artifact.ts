import { ReleaseId, ServiceName, Sha256Hex, type StatementSubject, TenantId } from '@promotable/contracts';
import { type FaultList, quoted } from '../fault-list.ts';
import { releasePrefix, releaseSubject } from '../release-subject.ts';

/** What the evidence is bound to: a name for people and the sha256 of the bytes that run, 64 lowercase hex characters. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
}

/** What a statement is about: artifacts, or, where there are none, the release of this tenant itself. */
export interface SubjectInput {
  readonly artifacts?: readonly Artifact[] | undefined;
  readonly tenant?: string | undefined;
  readonly service: string;
  readonly releaseId: string;
}

/** The subjects of a statement, sorted by digest so that the order given makes no difference. */
export function subjectsOf({ artifacts = [], tenant, service, releaseId }: SubjectInput, faults: FaultList): StatementSubject[] {
  if (Array.isArray(artifacts) && artifacts.length > 0) return artifactSubjects(artifacts, faults);
  if (tenant === undefined || !Array.isArray(artifacts))
    faults.add('/artifacts', 'required', 'at least one artifact must be named by its digest, or the tenant where there is none');
  else if (!TenantId.safeParse(tenant).success) faults.add('/tenant', 'invalid_format', `is no name of a tenant: ${quoted(tenant)}`);
  // What the predicate refuses has no digest; its own faults say so.
  else if (ServiceName.safeParse(service).success && ReleaseId.safeParse(releaseId).success)
    return [releaseSubject({ tenant, service, releaseId })];
  return [];
}

function artifactSubjects(artifacts: readonly Artifact[], faults: FaultList): StatementSubject[] {
  const seen = new Set<string>();
  for (const [index, { name, sha256 }] of artifacts.entries()) {
    const path = `/artifacts/${index}`;
    if (typeof name !== 'string' || name.length < 1 || name.length > 512)
      faults.add(`${path}/name`, 'invalid_length', 'must have 1 to 512 characters');
    else if (name.startsWith(releasePrefix))
      faults.add(`${path}/name`, 'reserved', `must not begin with ${releasePrefix}, which names the release itself`);
    if (!Sha256Hex.safeParse(sha256).success)
      faults.add(`${path}/sha256`, 'invalid_format', `must be 64 lowercase hex characters without a prefix, not ${quoted(sha256)}`);
    else if (seen.has(sha256)) faults.add(`${path}/sha256`, 'duplicate', 'is listed twice');
    seen.add(sha256);
  }
  return artifacts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })).sort((a, b) => (a.digest.sha256 < b.digest.sha256 ? -1 : 1));
}
