import type { CostValue, CoverageValue, ItemStanding, ProvenanceValue, SbomValue, SloValue, TestsValue } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { costFact, coverageFact, provenanceFact, type Reading, sbomFact, sloFact, testsFact } from './item-facts.ts';
import { builtRelease, standing, windowRecord } from './testing/evidence.ts';
import { digestA, digestB, startOfTime } from './testing/world.ts';

const reading: Reading = {
  now: startOfTime + 60_000,
  stageStartedAt: startOfTime,
  signers: { statusOf: (keyId) => (keyId === 'stolen' ? 'revoked' : 'trusted') },
};
const built = builtRelease({ until: startOfTime, digests: [digestA], failedTests: 2 });
const window = windowRecord({ until: startOfTime + 30_000, lengthMs: 20_000, digests: [digestA] });
const measure = { samples: 7200, p95Ms: 120, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0 };

function only<Value>([first]: readonly ItemStanding<Value>[]): ItemStanding<Value> {
  if (first === undefined) throw new Error('no standing');
  return first;
}
const sbom: ItemStanding<SbomValue> = only(built.sbom);
const tests: ItemStanding<TestsValue> = only(built.tests);
const provenance = { evidenceId: tests.counting.evidenceId, covers: [digestA], signer: 'trusted', ageMs: 60_000, failedRuns: 0 };

/** The same record saying something else. */
function saying<Value>(of: ItemStanding<Value>, value: Value | { absent: string }): ItemStanding<Value> {
  return { ...of, counting: { ...of.counting, value } };
}

describe('facts of build evidence', () => {
  it('hold where each record comes from, for what it counts, and its numbers', () => {
    expect(sbomFact([sbom], reading)).toEqual([{ ...provenance, value: { components: 118, componentsDigest: '2'.repeat(64) } }]);
    const value = { total: 42, passed: 40, failed: 2, errors: 0, skipped: 0 };
    expect(testsFact([tests, { ...tests, countsFor: [digestB, digestA], failedRuns: 3 }], reading)).toEqual([
      { ...provenance, value },
      { ...provenance, covers: [digestA, digestB], failedRuns: 3, value },
    ]);
    const stolen = { ...tests, counting: { ...tests.counting, keyId: 'stolen' } };
    expect(testsFact([stolen], reading)).toMatchObject([{ signer: 'revoked' }]);
  });

  it('tell a stated absence from evidence that never came', () => {
    expect(sbomFact([], reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(testsFact([], reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(sbomFact([saying(sbom, { absent: 'SBOM_ABSENT' })], reading)).toEqual([{ ...provenance, value: { absent: 'SBOM_ABSENT' } }]);
    expect(testsFact([saying(tests, { absent: 'TESTS_ABSENT' })], reading)).toEqual([{ ...provenance, value: { absent: 'TESTS_ABSENT' } }]);
  });

  it('hold of coverage the lines alone, and of provenance who built it and from where', () => {
    const coverage: ItemStanding<CoverageValue> = {
      ...tests,
      previous: null,
      superseded: [],
      counting: {
        ...tests.counting,
        value: {
          format: 'lcov',
          documentDigests: ['4'.repeat(64)],
          lines: { found: 10, hit: 9 },
          functions: { found: 2, hit: 1 },
          branches: { absent: 'NOT_MEASURED' },
        },
      },
    };
    expect(coverageFact([coverage], reading)).toEqual([{ ...provenance, earlier: [], value: { lines: { found: 10, hit: 9 } } }]);
    const before = (id: string, value: CoverageValue | { absent: string }) => ({
      ...coverage.counting,
      run: { ...coverage.counting.run, id },
      value,
    });
    const low = { ...(coverage.counting.value as CoverageValue), lines: { found: 10, hit: 1 } };
    const superseded = [before('r2', low), before('r3', low), before('r2', { absent: 'COVERAGE_ABSENT' }), before('r2', low)];
    const earlier = [0, 1, 0].map((run) => ({ run, lines: low.lines }));
    expect(coverageFact([{ ...coverage, superseded }], reading)).toMatchObject([{ earlier }]);
    expect(coverageFact([], reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(coverageFact([saying(coverage, { absent: 'COVERAGE_ABSENT' })], reading)).toEqual([
      { ...provenance, earlier: [], value: { absent: 'COVERAGE_ABSENT' } },
    ]);

    const origin: ItemStanding<ProvenanceValue> = {
      ...tests,
      previous: null,
      superseded: [],
      counting: {
        ...tests.counting,
        value: {
          format: 'slsa-provenance-v1',
          documentDigest: '5'.repeat(64),
          builderId: 'https://ci.example/builder',
          buildType: 'https://ci.example/workflow/v1',
          sourceUri: 'git+https://git.example/checkout',
          sourceDigest: { absent: 'NOT_STATED' },
        },
      },
    };
    expect(provenanceFact([origin], reading)).toEqual([
      { ...provenance, value: { builderId: 'https://ci.example/builder', sourceUri: 'git+https://git.example/checkout' } },
    ]);
    expect(provenanceFact([], reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(provenanceFact([saying(origin, { absent: 'PROVENANCE_ABSENT' })], reading)).toEqual([
      { ...provenance, value: { absent: 'PROVENANCE_ABSENT' } },
    ]);
  });
});

describe('facts of a window', () => {
  const slo = standing<SloValue>(window);

  it('hold where it lies from the start of the stage, and both versions', () => {
    expect(sloFact(slo, reading)).toEqual({
      ...provenance,
      evidenceId: window.evidenceId,
      ageMs: 30_000,
      podTemplateHash: '6d4f9c7b58',
      windowMs: 20_000,
      startOffsetMs: 10_000,
      canary: measure,
      synthetic: { absent: 'NOT_SYNTHETIC' },
      source: 'splitter',
      stable: { ...measure, samples: 28_800, p95Ms: 118 },
      previous: { absent: 'NO_PREVIOUS' },
    });
  });

  it('tell made requests from real ones, and a source that says so from a figure', () => {
    const value = window.value as Extract<SloValue, { canary: unknown }>;
    const synthetic = { realSamples: 3, realWindowMs: 3_600_000 };
    expect(sloFact(saying(slo, { ...value, synthetic }), reading)).toMatchObject({ synthetic });
    const inWords = { ...value, source: 'synthetic prometheus probes' };
    expect(sloFact(saying(slo, inWords), reading)).toMatchObject({ synthetic: { absent: 'NOT_STATED' } });
  });

  it('tag a stable version and a window before that are not there', () => {
    const value = window.value as Extract<SloValue, { canary: unknown }>;
    expect(sloFact(saying(slo, { ...value, stable: { absent: 'NO_STABLE' } }), reading)).toMatchObject({ stable: { absent: 'NO_STABLE' } });
    expect(sloFact(saying(slo, { ...value, stable: { absent: 'NOT_MEASURED' } }), reading)).toMatchObject({
      stable: { absent: 'NOT_MEASURED' },
    });
    const before = { ...window, value: { absent: 'NOT_MEASURED' } };
    expect(sloFact({ ...slo, previous: before }, reading)).toMatchObject({ previous: { absent: 'NO_PREVIOUS' } });
  });

  it('hold the window before by itself, whole', () => {
    const before = windowRecord({ until: startOfTime - 5000, lengthMs: 10_000, digests: [digestA], podTemplateHash: null, samples: null });
    expect(sloFact({ ...slo, previous: before }, reading)).toMatchObject({
      previous: {
        evidenceId: before.evidenceId,
        signer: 'trusted',
        podTemplateHash: { absent: 'NOT_APPLICABLE' },
        windowMs: 10_000,
        startOffsetMs: -15_000,
        canary: { ...measure, samples: { absent: 'SAMPLES_UNKNOWN' } },
        endGapMs: 35_000,
      },
    });
  });

  it('are absent without a window, also when one was said not to be measured', () => {
    expect(sloFact(null, reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(sloFact(saying(slo, { absent: 'NOT_MEASURED' }), reading)).toEqual({ absent: 'NO_EVIDENCE' });
  });
});

describe('facts of cost', () => {
  const cost = standing<CostValue>({
    ...window,
    value: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
  });

  it('hold each unit and whether it was estimated', () => {
    expect(costFact(cost, reading)).toEqual({
      ...provenance,
      evidenceId: window.evidenceId,
      ageMs: 30_000,
      graphqlPerMillionUsd: 1.8,
      ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
      estimated: true,
    });
  });

  it('are absent where nothing was measured', () => {
    expect(costFact(null, reading)).toEqual({ absent: 'NO_EVIDENCE' });
    expect(costFact(saying(cost, { absent: 'NOT_MEASURED' }), reading)).toEqual({ absent: 'NO_EVIDENCE' });
  });
});
