import { describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import { requireSame } from './bundle-mismatch.ts';
import type { EvidenceInput } from './evidence-input.ts';
import { buildPredicate, releaseId, service, stagePredicate } from './sample-evidence.ts';

function differing(
  predicate: ReturnType<typeof buildPredicate> | ReturnType<typeof stagePredicate>,
  beside: Partial<EvidenceInput>,
): string[] {
  try {
    requireSame({ service, releaseId, ...beside }, predicate);
  } catch (error) {
    const { code, status, faults, message } = error as EvidenceError;
    expect({ code, status }).toEqual({ code: 'BUNDLE_MISMATCH', status: 422 });
    expect(message).toMatch(/^evidence: \/\S+ must equal what is signed/);
    expect(new Set(faults.map((fault) => `${fault.code}: ${fault.message}`))).toEqual(
      new Set(['differs_from_bundle: must equal what is signed, or be left out']),
    );
    return faults.map(({ path }) => path);
  }
  return [];
}

const stage = stagePredicate();
const build = buildPredicate();
const slo = { service, p95Ms: 124, p99Ms: 181, errorRate: 0.001, window: '8s' };
const artifacts = [
  { type: 'tests', sha256: '3'.repeat(64) },
  { type: 'sbom', sha256: '1'.repeat(64) },
];

describe('what stands beside a bundle', () => {
  it('may be left out, be null, or say the same in another order or unit', () => {
    expect(differing(stage, {})).toEqual([]);
    expect(differing(stage, { environment: null, stage: null, slo: null, cost: null, artifacts: null })).toEqual([]);
    for (const window of ['8s', '8000ms', '8.0s']) expect(differing(stage, { slo: { ...slo, window } })).toEqual([]);
    expect(differing(stage, { slo: { ...slo, p99Ms: null } })).toEqual([]);
    expect(differing(build, { artifacts, stage: 'build' })).toEqual([]);
    expect(differing(build, { artifacts: artifacts.toReversed() })).toEqual([]);
    expect(differing(build, { artifacts: [] })).toEqual([]);
    expect(differing(stage, { cost: { graphqlPerMillionUsd: null } })).toEqual([]);
    expect(differing(stage, { cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: null, estimated: true } })).toEqual([]);
  });

  it('names artifacts by type and digest, all of them', () => {
    const [tests = { type: '', sha256: '' }, sbom = { type: '', sha256: '' }] = artifacts;
    for (const other of [[tests], [...artifacts, sbom], [tests, { ...sbom, type: 'tests' }], [tests, { ...sbom, sha256: '4'.repeat(64) }]])
      expect(differing(build, { artifacts: other })).toEqual(['/artifacts']);
  });

  it('names the documents of a scan, of coverage and of provenance too', () => {
    const [report, vex, lcov, statement] = ['5', '6', '7', '8'].map((letter) => letter.repeat(64)) as [string, string, string, string];
    const none = { absent: 'NOT_STATED' } as const;
    const whole = buildPredicate({
      values: {
        ...build.values,
        coverage: {
          format: 'lcov',
          documentDigests: [lcov],
          lines: { found: 3, hit: 2 },
          functions: { absent: 'NOT_MEASURED' },
          branches: { absent: 'NOT_MEASURED' },
        },
        scan: {
          format: 'grype',
          scanner: { name: 'grype', version: '0.120.0' },
          documentDigests: [report, vex],
          databaseBuiltAt: none,
          counts: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
          notAffected: 1,
          findings: [],
          unlisted: 0,
        },
        provenance: {
          format: 'slsa-provenance-v1',
          documentDigest: statement,
          builderId: 'b',
          buildType: 't',
          sourceUri: none,
          sourceDigest: none,
        },
      },
    });
    const further = [
      { type: 'coverage', sha256: lcov },
      { type: 'scan', sha256: report },
      { type: 'scan', sha256: vex },
      { type: 'provenance', sha256: statement },
    ];
    expect(differing(whole, { artifacts: [...artifacts, ...further] })).toEqual([]);
    expect(differing(whole, { artifacts })).toEqual(['/artifacts']);
  });

  it('has each unit of cost by itself', () => {
    expect(differing(stage, { cost: { graphqlPerMillionUsd: 1.9, ingestPerThousandUsd: 1, estimated: false } })).toEqual([
      '/cost/graphqlPerMillionUsd',
      '/cost/ingestPerThousandUsd',
      '/cost/estimated',
    ]);
    for (const none of [1, 'free', { currency: 'EUR' }]) expect(differing(stage, { cost: none })).toEqual(['/cost']);
    expect(differing(build, { cost: {} })).toEqual(['/cost']);
  });

  it('states no window and no environment where none is signed', () => {
    expect(differing(build, { slo: { ...slo, window: '1m' } })).toContain('/slo/window');
    expect(differing(build, { slo, environment: 'production' })).toEqual([
      '/environment',
      ...['service', 'p95Ms', 'p99Ms', 'errorRate', 'window'].map((field) => `/slo/${field}`),
    ]);
    expect(differing(stage, { slo: { ...slo, window: '9s' } })).toEqual(['/slo/window']);
    expect(differing(stage, { slo: { ...slo, window: 'soon' } })).toEqual(['/slo/window']);
  });
});
