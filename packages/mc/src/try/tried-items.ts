// Readings → the build items as a store would hand them to the gate: one record each, received now.
import type { ItemRecord, ItemStanding, ReleaseEvidence, SbomValue, TestsValue } from '@promotable/contracts';
import type { ObservedSpan } from '@promotable/sdk-evidence';
import type { TriedReports } from './tried-reports.ts';

type Items = Pick<ReleaseEvidence, 'sbom' | 'tests' | 'coverage' | 'scan' | 'provenance'>;

/** A bill or tests that were not given are absent, as `mc evidence build` would record; the rest is for other jobs to tell. */
export function triedItems({ sbom, tests, coverage, scan, provenance }: TriedReports, digest: string, now: number): Items {
  const standing = <Value>(value: ItemRecord<Value>['value'], observed: ObservedSpan | null): ItemStanding<Value> => ({
    counting: {
      evidenceId: '0'.repeat(64),
      digests: [digest],
      observed: observed ?? { from: now, until: now },
      receivedAt: now,
      run: { provider: 'local', id: 'try', attempt: 1 },
      ingestSequence: 0,
      keyId: '',
      traceparent: null,
      podTemplateHash: null,
      value,
      samples: null,
      stableSamples: null,
    },
    countsFor: [digest],
    previous: null,
    failedRuns: 0,
    supersededFailures: 0,
    superseded: [],
  });
  return {
    sbom: [standing<SbomValue>(sbom?.value ?? { absent: 'SBOM_ABSENT' }, sbom?.observed ?? null)],
    tests: [standing<TestsValue>(tests?.value ?? { absent: 'TESTS_ABSENT' }, tests?.observed ?? null)],
    coverage: coverage === null ? [] : [standing(coverage.value, null)],
    scan: scan === null ? [] : [standing(scan.value, scan.observed)],
    provenance: provenance === null ? [] : [standing(provenance.value, provenance.observed)],
  };
}
