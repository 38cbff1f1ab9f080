// Rollout facts at random, close to every threshold of the layer `standard`, for tests that compare and mutate.
import fc from 'fast-check';
import type { RolloutFacts } from '@promotable/contracts';
import { digestA, digestB, exceptionFact, identity } from './facts.fixture.ts';

const day = 86_400_000;
const digests = fc.constantFrom<string[][]>([digestA], [digestA], [digestA], [digestA, digestB], [digestB], []);
const covers = fc.oneof(
  { weight: 5, arbitrary: digests },
  { weight: 1, arbitrary: fc.constantFrom<string[][]>([identity], [digestA, identity]) },
);
const hash = fc.constantFrom('abc123', 'abc123', 'abc123', 'def456');
const hex = fc.constantFrom('1'.repeat(64), '2'.repeat(64), '3'.repeat(64));
const signer = fc.constantFrom('trusted' as const, 'trusted' as const, 'trusted' as const, 'trusted' as const, 'revoked' as const);
const rarely = <Value, Other>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Other>) =>
  fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: other });
const provenance = (ages: readonly number[]) => ({
  evidenceId: hex,
  covers,
  signer,
  ageMs: fc.constantFrom(...ages),
  failedRuns: fc.constantFrom(0, 0, 0, 3, 4),
});
const noEvidence = fc.constant({ absent: 'NO_EVIDENCE' as const });

const measure = fc.record({
  samples: rarely(fc.constantFrom(1200, 1200, 150, 149, 148, 3, 0), fc.constant({ absent: 'SAMPLES_UNKNOWN' as const })),
  p95Ms: fc.oneof(fc.constantFrom(180, 349.9, 350, 350.1, 700, 700.1, 100), fc.double({ min: 0, max: 2000, noNaN: true })),
  p99Ms: rarely(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constant({ absent: 'NOT_MEASURED' as const })),
  errorRate: fc.oneof(fc.constantFrom(0, 0.001, 0.006, 0.02, 0.0201, 0.04, 0.041), fc.double({ min: 0, max: 0.1, noNaN: true })),
});

const window = {
  podTemplateHash: rarely(hash, fc.constant({ absent: 'NOT_APPLICABLE' as const })),
  windowMs: fc.constantFrom(300_000, 300_000, 300_000, 299_999, 1000),
  canary: measure,
  synthetic: rarely(
    fc.constant({ absent: 'NOT_SYNTHETIC' as const }),
    fc.oneof(
      fc.record({ realSamples: fc.constantFrom(148, 149), realWindowMs: fc.constantFrom(3_600_000, 3_599_999) }),
      fc.constant({ absent: 'NOT_STATED' as const }),
    ),
  ),
};

const slo = fc.record({
  ...provenance([330_000]),
  ...window,
  startOffsetMs: fc.constantFrom(270_000, 270_000, 60_000, 59_999, -1),
  source: fc.constant('prometheus'),
  stable: rarely(measure, fc.constantFrom({ absent: 'NO_STABLE' as const }, { absent: 'NOT_MEASURED' as const })),
  previous: rarely(
    fc.record({
      evidenceId: hex,
      signer,
      ...window,
      startOffsetMs: fc.constantFrom(210_000, 59_999),
      endGapMs: fc.constantFrom(60_000, 59_999),
    }),
    fc.constant({ absent: 'NO_PREVIOUS' as const }),
  ),
});

const cve = fc.constantFrom('CVE-2026-1', 'CVE-2026-2');
const purl = fc.constantFrom("pkg:npm/it's@1.0.0", 'pkg:npm/right@2.0.0');

const scan = fc
  .record({
    findings: fc.uniqueArray(
      fc.record({
        id: cve,
        purl: rarely(purl, fc.constant({ absent: 'NOT_STATED' as const })),
        severity: fc.constantFrom('critical' as const, 'high' as const, 'unknown' as const),
        fixedIn: fc.constantFrom<string[][]>([], ['1.0.1'], ['1.0.1', '2.0.0']),
      }),
      { selector: (finding) => JSON.stringify([finding.id, finding.purl]), maxLength: 3 },
    ),
    unlisted: fc.constantFrom(0, 0, 0, 6, 11),
    databaseAgeMs: fc.constantFrom(0, 0, 5 * day, 5 * day + 1, { absent: 'NOT_STATED' as const }),
  })
  .map(({ findings, unlisted, databaseAgeMs }) => {
    const counts = { critical: 0, high: unlisted, medium: 0, low: 0, unknown: 0 };
    for (const { severity } of findings) counts[severity] += 1;
    return { counts, findings, databaseAgeMs };
  });

const exception = fc
  .record({
    kind: fc.constantFrom('waiver' as const, 'override' as const, 'break_glass' as const),
    id: fc.constantFrom('E-1', 'E-2'),
    codes: fc.uniqueArray(
      fc.constantFrom(
        'TESTS_FAILED',
        'SBOM_EMPTY',
        'P95_OVER_BUDGET',
        'STALE',
        'NO_EVIDENCE',
        'DIGEST_MISMATCH',
        'UNCONFIRMED',
        'VULN_OVER_BUDGET',
      ),
      { minLength: 1 },
    ),
    digests: fc.constantFrom<string[][]>([digestA], [digestB], [digestA, digestB]),
    stages: fc.constantFrom<string[][]>(['20'], ['20', '50'], ['50']),
    rule: rarely(fc.constant({ absent: 'NOT_STATED' as const }), cve),
    path: rarely(fc.constant({ absent: 'NOT_STATED' as const }), purl),
    suite: rarely(fc.constant({ absent: 'NOT_STATED' as const }), fc.constant('unit')),
    verified: fc.constantFrom(true, true, true, false),
    activeForMs: fc.constantFrom(1000, 1000, -1, 40 * day),
    expiresInMs: fc.constantFrom(3_600_000, 3_600_000, 0, 8 * day, 5 * day),
  })
  .map((exception) => exceptionFact(exception));

const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
const earlier = <Fact>(facts: { [Name in keyof Fact]: fc.Arbitrary<Fact[Name]> }) =>
  rarely(fc.constant([]), fc.array(fc.record({ run: fc.constantFrom(0, 1, 2, 3, 4), ...facts }), { maxLength: 8 })) as fc.Arbitrary<
    (Fact & { run: number })[]
  >;

const built = fc.record({
  sbom: rarely(
    fc.array(
      fc.record({
        ...provenance([0, 31 * day, 91 * day]),
        value: rarely(
          fc.record({ components: fc.constantFrom(0, 5, 42), componentsDigest: hex }),
          fc.constant({ absent: 'SBOM_ABSENT' as const }),
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    noEvidence,
  ),
  tests: rarely(
    fc.array(
      fc.record({ ...provenance([0, 31 * day, 91 * day]), value: rarely(counts(), fc.constant({ absent: 'TESTS_ABSENT' as const })) }),
      { minLength: 1, maxLength: 2 },
    ),
    noEvidence,
  ),
  coverage: rarely(
    fc.array(
      fc.record({
        ...provenance([0, 31 * day, 91 * day]),
        earlier: earlier({ lines: fc.constantFrom({ found: 1000, hit: 800 }, { found: 3, hit: 1 }) }),
        value: rarely(
          fc.record({ lines: fc.constantFrom({ found: 1000, hit: 800 }, { found: 3, hit: 1 }) }),
          fc.constant({ absent: 'COVERAGE_ABSENT' as const }),
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    noEvidence,
  ),
  scan: rarely(
    fc.array(
      fc.record({
        ...provenance([0, 0, 0, day + 1, 3 * day + 1]),
        earlier: earlier({
          counts: fc.constantFrom({ ...none }, { ...none, critical: 1 }),
          endedBeforeMs: fc.constantFrom(0, day, day + 1),
        }),
        value: rarely(scan, fc.constant({ absent: 'SCAN_ABSENT' as const })),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    noEvidence,
  ),
  provenance: rarely(
    fc.array(
      fc.record({
        ...provenance([0, 31 * day, 91 * day]),
        value: rarely(
          fc.record({
            builderId: fc.constantFrom('https://ci.example/builder@v1', 'https://elsewhere.example'),
            sourceUri: fc.constant({ absent: 'NOT_STATED' as const }),
          }),
          fc.constant({ absent: 'PROVENANCE_ABSENT' as const }),
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    noEvidence,
  ),
  slo: rarely(slo, noEvidence),
  cost: rarely(
    fc.record({
      ...provenance([0, 91 * day]),
      graphqlPerMillionUsd: rarely(fc.constantFrom(1.5, 2, 2.01), fc.constant({ absent: 'NOT_MEASURED' as const })),
      ingestPerThousandUsd: fc.constant({ absent: 'NOT_MEASURED' as const }),
      estimated: fc.boolean(),
    }),
    noEvidence,
  ),
});

function counts() {
  return fc
    .record({
      passed: fc.constantFrom(0, 9, 9, 9),
      failed: fc.constantFrom(0, 0, 0, 1),
      errors: fc.constantFrom(0, 0, 0, 2),
      skipped: fc.nat(3),
    })
    .map((count) => ({ ...count, total: count.passed + count.failed + count.errors + count.skipped }));
}

/** Facts of the exact shape; most of them neither pass nor fail for a single reason. */
export const rolloutFacts: fc.Arbitrary<RolloutFacts> = fc
  .record({
    schema: fc.constant('https://promotable.dev/facts/rollout/v1' as const),
    subject: fc.record({
      tenant: fc.constant('acme'),
      service: fc.constant('checkout'),
      releaseId: fc.constant('r-1'),
      environment: fc.constant('production'),
      stage: fc.constantFrom('20', '20', '20', '50', '30', 'complete'),
    }),
    request: fc.record({ digests, podTemplateHash: rarely(hash, fc.constant({ absent: 'NOT_SENT' as const })) }),
    release: fc.record({
      known: fc.constantFrom(true, true, true, false),
      identity: fc.constant(identity),
      digests,
      untrusted: fc.constantFrom(0, 0, 0, 2),
      unsigned: fc.constantFrom(0, 0, 0, 1),
      spooled: fc.constantFrom(0, 0, 0, 2),
    }),
    standing: fc.record({
      proven: fc.boolean(),
      revoked: fc.constantFrom(false, false, false, true),
      current: fc.boolean(),
      suspectForMs: fc.constantFrom({ absent: 'NOT_SUSPECT' as const }, { absent: 'NOT_SUSPECT' as const }, 1000, 10_000_000),
      passedWith: rarely(fc.constant({ absent: 'NO_PASS' as const }), fc.array(hex, { maxLength: 2 })),
    }),
    stage: fc.record({ startedAgoMs: fc.constantFrom(600_000, 600_000, 600_000, 400_000) }),
    items: built,
    exceptions: fc.array(exception, { maxLength: 2 }),
  })
  .map(consistent);

/** Ages that agree with the windows they belong to, as real facts do. */
function consistent(facts: RolloutFacts): RolloutFacts {
  if ('absent' in facts.items.slo) return facts;
  const sinceEnd = facts.stage.startedAgoMs - facts.items.slo.startOffsetMs - facts.items.slo.windowMs;
  facts.items.slo.ageMs = Math.max(0, sinceEnd);
  return facts;
}
