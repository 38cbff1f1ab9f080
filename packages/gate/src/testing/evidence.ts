// Evidence as a store would give it, for tests: good unless said otherwise.
import type { ItemRecord, ItemStanding, ReleaseEvidence, SbomValue, ScanValue, SloValue, TestsValue } from '@promotable/contracts';
import { sha256Hex } from '@promotable/attest';

export interface WindowOptions {
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
  /** Milliseconds. @default 300_000 */
  readonly lengthMs?: number;
  /** @default 120 */
  readonly p95Ms?: number;
  /** @default 0 */
  readonly errorRate?: number;
  /** @default 7200 */
  readonly samples?: number | null;
  /** @default '6d4f9c7b58' */
  readonly podTemplateHash?: string | null;
  readonly digests: readonly string[];
  readonly keyId?: string;
}

/** An SLO window; ids are derived from what it says. */
export function windowRecord({
  until,
  lengthMs = 300_000,
  p95Ms = 120,
  errorRate = 0,
  samples = 7200,
  podTemplateHash = '6d4f9c7b58',
  digests,
  keyId = 'canary-key',
}: WindowOptions): ItemRecord<SloValue> {
  return {
    evidenceId: sha256Hex(JSON.stringify(['slo', until, lengthMs, p95Ms, errorRate, samples, digests])),
    digests,
    observed: { from: until - lengthMs, until },
    receivedAt: until,
    run: { provider: 'canary', id: String(until), attempt: 1 },
    ingestSequence: until,
    keyId,
    traceparent: null,
    podTemplateHash,
    samples,
    stableSamples: 28_800,
    value: {
      source: 'splitter',
      canary: { p95Ms, p99Ms: { absent: 'NOT_MEASURED' }, errorRate, open: 0 },
      stable: { p95Ms: 118, p99Ms: { absent: 'NOT_MEASURED' }, errorRate: 0, open: 0 },
    },
  };
}

export function standing<Value>(counting: ItemRecord<Value>, previous: ItemRecord<Value> | null = null): ItemStanding<Value> {
  return { counting, countsFor: counting.digests, previous, failedRuns: 0, supersededFailures: 0, superseded: [] };
}

export interface BuildOptions {
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
  readonly digests: readonly string[];
  /** @default 0 */
  readonly failedTests?: number;
  /** @default a clean one of that time */
  readonly scan?: ScanValue | { readonly absent: 'SCAN_ABSENT' };
  readonly keyId?: string;
}

/** A release with good build evidence and no stage evidence. */
export function builtRelease({
  until,
  digests,
  failedTests = 0,
  keyId = 'ci-key',
  scan: found = cleanScan(until),
}: BuildOptions): ReleaseEvidence {
  const record = {
    evidenceId: sha256Hex(JSON.stringify(['build', until, digests, failedTests, found])),
    digests,
    observed: { from: until - 1000, until },
    receivedAt: until,
    run: { provider: 'ci', id: '1', attempt: 1 },
    ingestSequence: 1,
    keyId,
    traceparent: null,
    podTemplateHash: null,
    samples: null,
    stableSamples: null,
  };
  const sbom: ItemRecord<SbomValue> = {
    ...record,
    value: { format: 'cyclonedx', specVersion: '1.6', documentDigest: '1'.repeat(64), componentsDigest: '2'.repeat(64), components: 118 },
  };
  const tests: ItemRecord<TestsValue> = {
    ...record,
    value: {
      format: 'junit',
      documentDigests: ['3'.repeat(64)],
      total: 42,
      passed: 42 - failedTests,
      failed: failedTests,
      errors: 0,
      skipped: 0,
      durationMs: 900,
      failures: [],
    },
  };
  const scan: ItemRecord<ScanValue> = { ...record, value: found };
  return {
    known: true,
    digests,
    rebuildRevision: 0,
    untrusted: 0,
    unsigned: 0,
    spooledUntil: [],
    sbom: [standing(sbom)],
    tests: [standing(tests)],
    coverage: [],
    scan: [standing(scan)],
    provenance: [],
    slo: null,
    cost: null,
  };
}

/** A scan of that time with these findings, by a database of an hour before. */
export function scanWith(at: number, findings: ScanValue['findings']): ScanValue {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return { ...cleanScan(at), counts, findings };
}

/** A scan of that time without a finding. */
export function cleanScan(at: number): ScanValue {
  return {
    format: 'grype',
    scanner: { name: 'grype', version: '0.104.0' },
    documentDigests: ['5'.repeat(64)],
    databaseBuiltAt: new Date(at - 3_600_000).toISOString(),
    counts: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
    notAffected: 0,
    findings: [],
    unlisted: 0,
  };
}

/** Nothing is on record. */
export const unknownRelease: ReleaseEvidence = {
  known: false,
  digests: [],
  rebuildRevision: 0,
  untrusted: 0,
  unsigned: 0,
  spooledUntil: [],
  sbom: [],
  tests: [],
  coverage: [],
  scan: [],
  provenance: [],
  slo: null,
  cost: null,
};
