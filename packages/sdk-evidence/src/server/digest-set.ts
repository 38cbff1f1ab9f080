// Which artifacts a release consists of: fixed by its first build record, replaced by a rebuild alone.
import { EvidenceError } from '../evidence-error.ts';
import { isForeign } from '../foreign/attestation-id.ts';
import type { NewEvidenceRecord, SignedContent } from './evidence-record.ts';

export interface DigestSet {
  /** `sha256:…`, sorted; empty until a build record fixes it. */
  readonly digests: readonly string[];
  /** How often a rebuild replaced it; a change voids earlier passes. */
  readonly rebuildRevision: number;
}

export const emptyDigestSet: DigestSet = { digests: [], rebuildRevision: 0 };

/**
 * The digest set once `record` is accepted; the same object where nothing changes. A foreign attestation names no release, so it neither fixes
 * the set nor replaces it: before there is one it waits, and counts once its digests are found to lie within.
 * @throws {EvidenceError} `RELEASE_DIGEST_CONFLICT` for a digest outside the set, unless a build record may rebuild
 */
export function nextDigestSet(set: DigestSet, record: NewEvidenceRecord, mayRebuild: boolean): DigestSet {
  if (!record.signed || record.digests.length === 0) return set;
  const isBuild = record.predicate.checkpoint === 'build' && !isForeignRecord(record);
  if (set.digests.length === 0) return isBuild ? { ...set, digests: record.digests } : set;
  const outside = record.digests.filter((digest) => !set.digests.includes(digest));
  if (outside.length === 0) return set;
  if (isBuild && mayRebuild) return { digests: record.digests, rebuildRevision: set.rebuildRevision + 1 };
  throw new EvidenceError(
    'RELEASE_DIGEST_CONFLICT',
    `release ${record.releaseId} consists of other artifacts: its first build evidence fixed them; publish these under a new release id`,
    {
      faults: outside.map((digest) => ({
        path: record.attestation === null ? '/bundle' : '/attestation',
        code: 'digest_outside_release',
        message: `${digest} is not one of ${set.digests.join(', ')}`,
      })),
    },
  );
}

/** Whether another tool said it in words of its own. */
export function isForeignRecord({ attestation }: Pick<SignedContent, 'attestation'>): boolean {
  return attestation !== null && isForeign(attestation.predicateType);
}
