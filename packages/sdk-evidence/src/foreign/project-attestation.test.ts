import { describe, expect, it } from 'vitest';
import type { EvidenceError } from '../evidence-error.ts';
import { attestationIdOf } from './attestation-id.ts';
import { foreignPredicateTypes } from './foreign-types.ts';
import { projectAttestation } from './project-attestation.ts';
import { samplePredicates } from './sample-predicates.ts';

const payloadDigest = 'd'.repeat(64);
const madeBy = Date.parse('2026-11-21T12:00:00Z');
const about = { service: 'checkout', releaseId: '1.4.2', payloadDigest, madeBy, subject: [{ digest: { sha256: 'a'.repeat(64) } }] };

function project(predicateType: string, predicate: Record<string, unknown>) {
  return projectAttestation({ ...about, predicateType, predicate });
}

function faults(predicateType: string, predicate: Record<string, unknown>): string[] {
  try {
    project(predicateType, predicate);
  } catch (error) {
    return [(error as EvidenceError).code, ...(error as EvidenceError).faults.map(({ path, code }) => `${path} ${code}`)];
  }
  return [];
}

const tests = 'https://in-toto.io/attestation/test-result/v0.1';
const vulns = 'https://in-toto.io/attestation/vulns/v0.2';
const [result, scan] = [samplePredicates[tests], samplePredicates[vulns]];

describe('a foreign statement, as evidence', () => {
  it.each<[keyof typeof samplePredicates, object]>([
    [
      'https://slsa.dev/provenance/v1',
      {
        run: { provider: 'attestation', id: 'https://github.com/example/shop/actions/runs/118700001/attempts/1', attempt: 1 },
        observed: { from: '2026-11-21T12:00:00.000Z', until: '2026-11-21T12:00:00.000Z' },
        values: {
          provenance: {
            format: 'slsa-provenance-v1',
            documentDigest: payloadDigest,
            builderId: 'https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main',
          },
        },
      },
    ],
    [
      'https://cyclonedx.org/bom',
      {
        run: { provider: 'attestation', id: payloadDigest, attempt: 1 },
        observed: { until: '2026-11-21T11:40:00.000Z' },
        samples: { sbom: 1 },
        values: { sbom: { format: 'cyclonedx', specVersion: '1.6', documentDigest: payloadDigest, components: 1 } },
      },
    ],
    ['https://spdx.dev/Document', { samples: { sbom: 1 }, values: { sbom: { format: 'spdx', specVersion: '2.3' } } }],
    [
      tests,
      {
        run: { id: 'https://github.com/acme/checkout/actions/runs/1187/attempts/2', attempt: 2 },
        observed: { until: '2026-11-21T12:00:00.000Z' },
        samples: { tests: 2 },
        values: {
          tests: {
            format: 'in-toto-test-result',
            total: 2,
            passed: 2,
            failed: 0,
            errors: 0,
            skipped: 0,
            durationMs: { absent: 'NOT_STATED' },
          },
        },
      },
    ],
    [
      vulns,
      {
        observed: { from: '2026-11-21T11:30:00.000Z', until: '2026-11-21T11:31:00.000Z' },
        samples: { scan: 2 },
        values: {
          scan: {
            format: 'in-toto-vulns',
            scanner: { name: 'pkg:github/aquasecurity/trivy', version: '0.68.0' },
            databaseBuiltAt: '2026-11-21T06:00:00.000Z',
            counts: { critical: 0, high: 1, medium: 0, low: 0, unknown: 1 },
            findings: [
              { id: 'CVE-2026-1', purl: { absent: 'NOT_STATED' }, severity: 'high', fixedIn: [] },
              { id: 'CVE-2026-2', severity: 'unknown' },
            ],
          },
        },
      },
    ],
  ])('speaks of one item: %s', (predicateType, expected) => {
    expect(project(predicateType, samplePredicates[predicateType])).toMatchObject({
      service: 'checkout',
      releaseId: '1.4.2',
      checkpoint: 'build',
      ...expected,
    });
  });

  it('is read of SPDX with its version in the type too, and never of another type, however alike', () => {
    expect(project('https://spdx.dev/Document/v2.3', samplePredicates['https://spdx.dev/Document']).values).toHaveProperty('sbom');
    for (const other of ['https://slsa.dev/provenance/v0.2', `${tests}/`, 'https://in-toto.io/attestation/vulns/v0.1', 'constructor'])
      expect(faults(other, result)).toEqual(['PREDICATE_UNKNOWN', '/attestation/statement/predicateType unknown_predicate']);
    expect(() => project('https://example.com/x', {})).toThrow(foreignPredicateTypes[0]);
  });

  it('of failed tests fails, whether it names them or not', () => {
    const values = (changes: object) => project(tests, { ...result, ...changes }).values.tests;
    expect(values({ result: 'FAILED', failedTests: ['adds twice', ''] })).toMatchObject({
      total: 4,
      failed: 2,
      failures: ['adds twice', 'a test without a name'],
    });
    expect(values({ result: 'FAILED' })).toMatchObject({ total: 3, passed: 2, failed: 0, errors: 1 });
    expect(values({ result: 'FAILED', passedTests: undefined })).toMatchObject({ total: 1, errors: 1 });
    expect(values({ result: 'WARNED', warnedTests: ['slow'] })).toMatchObject({ total: 3, passed: 3 });
  });

  it.each<[string, string, object, string[]]>([
    ['tests that counted nothing', tests, { ...result, passedTests: [] }, ['/passedTests counts_no_test']],
    ['tests of an unknown result', tests, { ...result, result: 'passed' }, ['/result invalid_value']],
    ['tests that passed though one failed', tests, { ...result, failedTests: ['a'] }, ['/result contradiction']],
    ['tests that passed though one warned', tests, { ...result, warnedTests: ['a'] }, ['/result contradiction']],
    [
      'tests in other shapes',
      tests,
      { result: 'PASSED', passedTests: 'all', failedTests: [1] },
      ['/configuration required', '/passedTests invalid_type', '/failedTests invalid_type'],
    ],
    ['a scan without results', vulns, { ...scan, scanner: { ...scan.scanner, result: undefined } }, ['/scanner/result required']],
    [
      'a scan without a time',
      vulns,
      { ...scan, metadata: { scanStartedOn: '2026-11-21T11:30:00Z' } },
      ['/metadata/scanFinishedOn required'],
    ],
    [
      'a scan of a naive time',
      vulns,
      { ...scan, metadata: { ...scan.metadata, scanStartedOn: '2026-11-21T11:30:00' } },
      ['/metadata/scanStartedOn naive_time'],
    ],
    [
      'a scan that ended before it began',
      vulns,
      { ...scan, metadata: { scanStartedOn: '2026-11-21T11:30:01Z', scanFinishedOn: '2026-11-21T11:30:00Z' } },
      ['/metadata/scanFinishedOn reversed'],
    ],
    ['a scan of nobody', vulns, { ...scan, scanner: { ...scan.scanner, uri: '' } }, ['/scanner/uri required']],
    ['a finding without a name', vulns, { ...scan, scanner: { ...scan.scanner, result: [{}] } }, ['/scanner/result/0/id required']],
    ['an SBOM of the other format', 'https://cyclonedx.org/bom', samplePredicates['https://spdx.dev/Document'], [' wrong_format']],
    ['an SBOM of none', 'https://cyclonedx.org/bom', {}, [' wrong_format']],
    [
      'a provenance without a builder',
      'https://slsa.dev/provenance/v1',
      { buildDefinition: { buildType: 'x' } },
      ['/runDetails/builder/id required'],
    ],
  ])('is refused of %s', (_title, predicateType, predicate, expected) => {
    expect(faults(predicateType, predicate as Record<string, unknown>)).toEqual([
      'EVIDENCE_INVALID',
      ...expected.map((fault) => `/attestation/statement/predicate${fault}`),
    ]);
  });

  it.each([
    ['9.0', 'critical'],
    ['8.9', 'high'],
    ['6.9', 'medium'],
    ['0', 'low'],
    [5, 'medium'],
    ['10.1', 'unknown'],
    ['CVSS:3.1/AV:N', 'unknown'],
    ['CRITICAL', 'critical'],
    [undefined, 'unknown'],
  ])('rates a score of %s as %s', (score, severity) => {
    const rated = { ...scan, scanner: { ...scan.scanner, result: [{ id: 'CVE-1', severity: [{ method: 'm', score }] }] } };
    expect(project(vulns, rated).values.scan).toMatchObject({ findings: [{ severity }] });
  });

  it('tells no secret that the statement holds', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { values, redactions } = project(tests, { ...result, result: 'FAILED', failedTests: [`logs in with ${token}`] });
    expect(JSON.stringify(values)).not.toContain(token);
    expect(redactions).toHaveLength(1);
  });

  it('is filed under another id for each release that it is brought for; our own evidence under its digest', () => {
    const name = { predicateType: tests, payloadDigest, service: 'checkout', releaseId: '1' };
    const ids = [name, { ...name, releaseId: '2' }, { ...name, service: 'search' }].map(attestationIdOf);
    expect(new Set([...ids, payloadDigest]).size).toBe(4);
    expect(attestationIdOf({ ...name, predicateType: 'https://promotable.dev/attestation/evidence/v1' })).toBe(payloadDigest);
  });
});
