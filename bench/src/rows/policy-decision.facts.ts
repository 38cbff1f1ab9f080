// Facts of releases that pass, fail and are held, each for one reason.
import type { RolloutFacts } from '@promotable/contracts';

/** One of each kind; the shipped layer `standard` passes the first. */
export function factsOfEveryKind(): readonly RolloutFacts[] {
  return [
    {},
    { p95Ms: 412.5, previousP95Ms: 405 },
    { samples: 40 },
    { failedTests: 2 },
    { components: 0 },
    { windowAgeMs: 240_000 },
    { asked: `sha256:${'b'.repeat(64)}` },
    { errorRate: 0.05, previousErrorRate: 0.04 },
  ].map(factsOf);
}

interface Change {
  readonly p95Ms?: number;
  readonly previousP95Ms?: number;
  readonly errorRate?: number;
  readonly previousErrorRate?: number;
  readonly samples?: number;
  readonly failedTests?: number;
  readonly components?: number;
  readonly windowAgeMs?: number;
  readonly asked?: string;
}

const finding = { id: 'CVE-2026-1111', purl: 'pkg:npm/left@1.2.3', severity: 'high' as const, fixedIn: ['1.2.4'] };
const digest = `sha256:${'a'.repeat(64)}`;
const stageMs = 900_000;
const windowMs = 300_000;

function factsOf({
  p95Ms = 180,
  previousP95Ms = 181,
  errorRate = 0.001,
  previousErrorRate = 0.001,
  samples = 1200,
  ...rest
}: Change): RolloutFacts {
  const { failedTests = 0, components = 42, windowAgeMs = 30_000, asked = digest } = rest;
  const record = (letter: string) => ({
    evidenceId: letter.repeat(64),
    covers: [digest],
    signer: 'trusted' as const,
    ageMs: 3_600_000,
    failedRuns: 0,
  });
  const window = (p95: number, errors: number, ageMs: number) => ({
    podTemplateHash: '6d4f9c7b58',
    windowMs,
    startOffsetMs: stageMs - ageMs - windowMs,
    canary: { samples, p95Ms: p95, p99Ms: 290, errorRate: errors },
    synthetic: { absent: 'NOT_SYNTHETIC' as const },
  });
  return {
    schema: 'https://promotable.dev/facts/rollout/v1',
    subject: { tenant: 'acme', service: 'checkout', releaseId: 'r-1', environment: 'production', stage: '20' },
    request: { digests: [asked], podTemplateHash: '6d4f9c7b58' },
    release: { known: true, identity: `sha256:${'e'.repeat(64)}`, digests: [digest], untrusted: 0, unsigned: 0, spooled: 0 },
    standing: { proven: false, revoked: false, current: false, suspectForMs: { absent: 'NOT_SUSPECT' }, passedWith: { absent: 'NO_PASS' } },
    stage: { startedAgoMs: stageMs },
    items: {
      sbom: [{ ...record('1'), value: { components, componentsDigest: 'c'.repeat(64) } }],
      tests: [{ ...record('2'), value: { total: 10, passed: 10 - failedTests, failed: failedTests, errors: 0, skipped: 0 } }],
      coverage: { absent: 'NO_EVIDENCE' },
      scan: [
        {
          ...record('6'),
          earlier: [],
          value: { counts: { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 }, findings: [finding], databaseAgeMs: 3_600_000 },
        },
      ],
      provenance: { absent: 'NO_EVIDENCE' },
      slo: {
        ...record('3'),
        ageMs: windowAgeMs,
        ...window(p95Ms, errorRate, windowAgeMs),
        source: 'prometheus',
        stable: { samples: 4800, p95Ms: 179, p99Ms: 288, errorRate: 0.001 },
        previous: {
          evidenceId: '4'.repeat(64),
          signer: 'trusted',
          ...window(previousP95Ms, previousErrorRate, windowAgeMs + 60_000),
          endGapMs: 60_000,
        },
      },
      cost: { ...record('5'), graphqlPerMillionUsd: 1.5, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
    },
    exceptions: [],
  };
}
