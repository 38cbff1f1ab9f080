import { describe, expect, it } from 'vitest';
import { type DigestSet, emptyDigestSet, nextDigestSet } from './digest-set.ts';
import type { NewEvidenceRecord } from './evidence-record.ts';
import { buildPredicate, stagePredicate } from './sample-evidence.ts';

const signed = (predicate: ReturnType<typeof buildPredicate> | ReturnType<typeof stagePredicate>, ...digests: string[]) =>
  ({ signed: true, releaseId: '1.4.2', predicate, digests, attestation: null }) as unknown as NewEvidenceRecord;
const build = (...digests: string[]) => signed(buildPredicate(), ...digests);
const stage = (...digests: string[]) => signed(stagePredicate(), ...digests);
const claims = { signed: false, releaseId: '1.4.2' } as NewEvidenceRecord;
const fixed: DigestSet = { digests: ['sha256:a', 'sha256:b'], rebuildRevision: 2 };

describe('the artifacts of a release', () => {
  it('are fixed by the first build record that names any', () => {
    expect(emptyDigestSet).toEqual({ digests: [], rebuildRevision: 0 });
    expect(nextDigestSet(emptyDigestSet, build('sha256:a'), false)).toEqual({ digests: ['sha256:a'], rebuildRevision: 0 });
    expect(nextDigestSet(emptyDigestSet, build('sha256:a'), true)).toEqual({ digests: ['sha256:a'], rebuildRevision: 0 });
    for (const record of [stage('sha256:a'), build(), claims]) expect(nextDigestSet(emptyDigestSet, record, true)).toBe(emptyDigestSet);
  });

  it('stay as they are for evidence about some of them, or about none', () => {
    for (const record of [build('sha256:b'), build('sha256:a', 'sha256:b'), stage('sha256:a'), stage(), build(), claims])
      for (const mayRebuild of [true, false]) expect(nextDigestSet(fixed, record, mayRebuild)).toBe(fixed);
  });

  it('are replaced by a rebuild alone, and counted', () => {
    expect(nextDigestSet(fixed, build('sha256:b', 'sha256:c'), true)).toEqual({ digests: ['sha256:b', 'sha256:c'], rebuildRevision: 3 });
  });

  it('refuse any other, and each is named', () => {
    for (const [record, mayRebuild] of [
      [build('sha256:a', 'sha256:c', 'sha256:d'), false],
      [stage('sha256:c', 'sha256:d'), true],
    ] as const) {
      expect(() => nextDigestSet(fixed, record, mayRebuild)).toThrow(
        expect.objectContaining({
          code: 'RELEASE_DIGEST_CONFLICT',
          status: 422,
          retryable: false,
          message: 'release 1.4.2 consists of other artifacts: its first build evidence fixed them; publish these under a new release id',
          faults: ['sha256:c', 'sha256:d'].map((digest) => ({
            path: '/bundle',
            code: 'digest_outside_release',
            message: `${digest} is not one of sha256:a, sha256:b`,
          })),
        }),
      );
    }
  });
});
