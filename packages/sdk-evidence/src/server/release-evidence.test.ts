import type { BuildEvidence } from '@promotable/contracts';
import { expect, it } from 'vitest';
import { releaseDigest } from '../release-subject.ts';
import { type ReleaseSnapshot, releaseEvidenceOf } from './release-evidence.ts';
import { buildPredicate, releaseId, service, stagePredicate, startedAt } from './sample-evidence.ts';
import type { RankedRecord } from './standing.ts';

const release = { tenant: 'acme', service, releaseId };

function record(id: string, predicate: RankedRecord['predicate'], ingestSequence = 1): RankedRecord {
  return { statementDigest: id, digests: ['sha256:a'], receivedAt: startedAt, ingestSequence, keyId: 'k', traceparent: null, predicate };
}

/** A record of a job that speaks of this alone. */
const saying = (id: string, values: Partial<BuildEvidence['values']>) => record(id, buildPredicate({ values, samples: {} }));

const snapshot: ReleaseSnapshot = {
  release,
  known: true,
  digests: ['sha256:a'],
  rebuildRevision: 3,
  untrusted: 4,
  unsigned: 5,
  spooledUntil: [6],
  build: [],
  stage: [],
};

const values = buildPredicate().values;
const coverage = { absent: 'COVERAGE_ABSENT' as const };
const scan = { absent: 'SCAN_ABSENT' as const };
const provenance = { absent: 'PROVENANCE_ABSENT' as const };

it('each item is decided by the records that speak of it, whatever the others say', () => {
  const evidence = releaseEvidenceOf({
    ...snapshot,
    build: [
      saying('bom', { sbom: values.sbom }),
      saying('tests', { tests: values.tests }),
      saying('coverage', { coverage }),
      saying('scan', { scan }),
      saying('provenance', { provenance }),
    ],
    stage: [
      record('slo', stagePredicate({ values: { slo: stagePredicate().values.slo } })),
      record('cost', stagePredicate({ values: { cost: stagePredicate().values.cost } })),
    ],
  });
  const counting = (['sbom', 'tests', 'coverage', 'scan', 'provenance'] as const).map((item) =>
    evidence[item].map(({ counting: { evidenceId, value } }) => [evidenceId, value]),
  );
  expect(counting).toEqual([
    [['bom', values.sbom]],
    [['tests', values.tests]],
    [['coverage', coverage]],
    [['scan', scan]],
    [['provenance', provenance]],
  ]);
  expect([evidence.slo?.counting.evidenceId, evidence.cost?.counting.evidenceId]).toEqual(['slo', 'cost']);
});

it('without a record an item has none, and what is known of the release is told all the same', () => {
  const { release: _release, build: _build, stage: _stage, ...told } = snapshot;
  expect(releaseEvidenceOf(snapshot)).toEqual({
    ...told,
    sbom: [],
    tests: [],
    coverage: [],
    scan: [],
    provenance: [],
    slo: null,
    cost: null,
  });
});

it('a record bound to no artifact counts for the release by its own digest', () => {
  const bare = { ...saying('bare', values), digests: [] };
  const { sbom } = releaseEvidenceOf({ ...snapshot, build: [bare] });
  expect(sbom.map(({ countsFor }) => countsFor)).toEqual([[`sha256:${releaseDigest(release)}`]]);
});

it('of windows of other digests the latest speaks for the stage', () => {
  const windows = ['2026-11-21T11:58:08.000Z', '2026-11-21T11:59:08.000Z'].map((until, index) => ({
    ...record(until, stagePredicate({ observed: { from: '2026-11-21T11:58:00.000Z', until } }), index),
    digests: [`sha256:${index}`],
  }));
  const { slo, cost } = releaseEvidenceOf({ ...snapshot, stage: windows });
  expect([slo?.counting.evidenceId, cost?.counting.evidenceId]).toEqual(['2026-11-21T11:59:08.000Z', '2026-11-21T11:59:08.000Z']);
});

it('an attestation of another tool counts only while it names artifacts of the release alone', () => {
  const { sbom } = values;
  const foreign = (digests: readonly string[]) => ({ ...saying('foreign', { sbom }), foreign: true, digests });
  const counting = (digests: readonly string[]) =>
    releaseEvidenceOf({ ...snapshot, digests: ['sha256:a', 'sha256:b'], build: [foreign(digests)] }).sbom.map(({ countsFor }) => countsFor);
  expect(counting(['sha256:b'])).toEqual([['sha256:b']]);
  expect(counting(['sha256:a', 'sha256:c'])).toEqual([]);
  expect(counting(['sha256:c'])).toEqual([]);
  const own = { ...foreign(['sha256:c']), foreign: false };
  expect(releaseEvidenceOf({ ...snapshot, build: [own] }).sbom.map(({ countsFor }) => countsFor)).toEqual([['sha256:c']]);
});
