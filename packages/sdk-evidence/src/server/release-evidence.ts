// From the records of a release to what the gate reads. Pure; every store answers through it.
import type { ReleaseEvidence } from '@promotable/contracts';
import { releaseDigest } from '../release-subject.ts';
import type { DigestSet } from './digest-set.ts';
import type { ReleaseKey } from './evidence-record.ts';
import { type RankedRecord, standingOf } from './standing.ts';

/** What a store read in one snapshot. */
export interface ReleaseSnapshot extends DigestSet {
  readonly release: ReleaseKey;
  /** Whether any signed record of the release exists, at whatever stage; a foreign one names no release. */
  readonly known: boolean;
  readonly untrusted: number;
  readonly unsigned: number;
  /** Ends of the notices of statements that have not arrived. */
  readonly spooledUntil: readonly number[];
  /** Signed records of checkpoint `build`. */
  readonly build: readonly RankedRecord[];
  /** Signed records of the stage and environment asked about. */
  readonly stage: readonly RankedRecord[];
}

export function releaseEvidenceOf({
  release,
  known,
  digests,
  rebuildRevision,
  untrusted,
  unsigned,
  spooledUntil,
  build: all,
  stage,
}: ReleaseSnapshot): ReleaseEvidence {
  const identity = `sha256:${releaseDigest(release)}`;
  // Judged here and not when it came: what fixes or replaces the artifacts of a release may come later.
  const build = all.filter((record) => !record.foreign || record.digests.every((digest) => digests.includes(digest)));
  return {
    known,
    digests,
    rebuildRevision,
    untrusted,
    unsigned,
    spooledUntil,
    sbom: standingOf(build, 'sbom', identity),
    tests: standingOf(build, 'tests', identity),
    coverage: standingOf(build, 'coverage', identity),
    scan: standingOf(build, 'scan', identity),
    provenance: standingOf(build, 'provenance', identity),
    // The canary runs all its containers at once, so the latest window speaks for the stage; an older one of other digests does not.
    slo: standingOf(stage, 'slo', identity)[0] ?? null,
    cost: standingOf(stage, 'cost', identity)[0] ?? null,
  };
}
