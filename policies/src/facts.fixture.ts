// Facts for tests: a canary at 20 % of which everything is good, and the questions asked about it.
import type { EvidenceFacts, ExceptionFact, RolloutFacts } from '@promotable/contracts';

export const digestA = `sha256:${'a'.repeat(64)}`;
/** Of the release itself. */
export const identity = `sha256:${'e'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;
const day = 86_400_000;

const record = (letter: string) => ({
  evidenceId: letter.repeat(64),
  covers: [digestA],
  signer: 'trusted' as const,
  ageMs: 3_600_000,
  failedRuns: 0,
});

const measure = { samples: 1200, p95Ms: 180, p99Ms: 290, errorRate: 0.001 };

/** Passes under the layer `standard`: the stage began ten minutes ago, its window of five minutes ended 30 seconds ago. */
export function passingFacts(): RolloutFacts {
  return {
    schema: 'https://promotable.dev/facts/rollout/v1',
    subject: { tenant: 'acme', service: 'checkout', releaseId: 'r-1', environment: 'production', stage: '20' },
    request: { digests: [digestA], podTemplateHash: 'abc123' },
    release: { known: true, identity, digests: [digestA], untrusted: 0, unsigned: 0, spooled: 0 },
    standing: { proven: false, revoked: false, current: false, suspectForMs: { absent: 'NOT_SUSPECT' }, passedWith: { absent: 'NO_PASS' } },
    stage: { startedAgoMs: 600_000 },
    items: {
      sbom: [{ ...record('1'), value: { components: 42, componentsDigest: 'c'.repeat(64) } }],
      tests: [{ ...record('2'), value: { total: 10, passed: 9, failed: 0, errors: 0, skipped: 1 } }],
      coverage: [{ ...record('6'), earlier: [], value: { lines: { found: 1000, hit: 800 } } }],
      scan: [{ ...record('7'), earlier: [], value: scanValue() }],
      provenance: [{ ...record('8'), value: { builderId: 'https://ci.example/builder@v1', sourceUri: { absent: 'NOT_STATED' } } }],
      slo: {
        ...record('3'),
        ageMs: 30_000,
        podTemplateHash: 'abc123',
        windowMs: 300_000,
        startOffsetMs: 270_000,
        canary: { ...measure },
        synthetic: { absent: 'NOT_SYNTHETIC' },
        source: 'prometheus',
        stable: { ...measure, samples: 4800 },
        previous: {
          evidenceId: '4'.repeat(64),
          signer: 'trusted',
          podTemplateHash: 'abc123',
          windowMs: 300_000,
          startOffsetMs: 210_000,
          canary: { ...measure },
          synthetic: { absent: 'NOT_SYNTHETIC' },
          endGapMs: 60_000,
        },
      },
      cost: { ...record('5'), graphqlPerMillionUsd: 1.5, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
    },
    exceptions: [],
  };
}

type Scan = Exclude<Exclude<RolloutFacts['items']['scan'], { absent: string }>[number]['value'], { absent: string }>;

/** A scan with these findings and no others. */
export function scanValue(...findings: Scan['findings']): Scan {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return { counts, findings, databaseAgeMs: 3_600_000 };
}

/** One critical CVE over the budget of none: fails with `VULN_OVER_BUDGET`. */
export function vulnerableFacts(): RolloutFacts {
  const facts = passingFacts();
  const finding = { id: 'CVE-2026-1111', purl: 'pkg:npm/left@1.2.3', severity: 'critical' as const, fixedIn: ['1.2.4'] };
  facts.items.scan = [{ ...record('7'), earlier: [], value: scanValue(finding) }];
  return facts;
}

/** The window of {@link passingFacts}, which is there. */
export function windowOf(facts: RolloutFacts): Exclude<RolloutFacts['items']['slo'], { absent: string }> {
  if ('absent' in facts.items.slo) throw new Error('these facts have no window');
  return facts.items.slo;
}

/** Both windows over the latency budget: fails with `P95_OVER_BUDGET` and `REGRESSION_VS_STABLE`. */
export function failingFacts(): RolloutFacts {
  const facts = passingFacts();
  const slo = windowOf(facts);
  slo.canary.p95Ms = 412.5;
  if (!('absent' in slo.previous)) slo.previous.canary.p95Ms = 405;
  return facts;
}

/** The window is too short and its requests too few: holds. */
export function holdingFacts(): RolloutFacts {
  const facts = passingFacts();
  const slo = windowOf(facts);
  Object.assign(slo, { windowMs: 120_000, startOffsetMs: 450_000, previous: { absent: 'NO_PREVIOUS' } });
  slo.canary.samples = 40;
  return facts;
}

/** A verified exception in force for one day more, for the digest, stage and environment of {@link passingFacts}. */
export function exceptionFact(overrides: Partial<ExceptionFact> = {}): ExceptionFact {
  const lifetime =
    overrides.kind === undefined || overrides.kind === 'waiver'
      ? { activeForMs: day, expiresInMs: 10 * day }
      : { activeForMs: 60_000, expiresInMs: 3_600_000 };
  return {
    kind: 'waiver',
    id: 'W-1',
    codes: ['TESTS_FAILED'],
    digests: [digestA],
    environment: 'production',
    stages: ['20'],
    rule: { absent: 'NOT_STATED' },
    path: { absent: 'NOT_STATED' },
    suite: { absent: 'NOT_STATED' },
    verified: true,
    countersigned: overrides.kind === 'break_glass' ? false : { absent: 'NOT_APPLICABLE' },
    ...lifetime,
    ...overrides,
  };
}

/** The build evidence of {@link passingFacts} alone. */
export function evidenceFacts(): EvidenceFacts {
  const { subject, request, items } = passingFacts();
  const { sbom, tests, coverage, scan, provenance } = items;
  const { tenant, service, releaseId, environment } = subject;
  return {
    schema: 'https://promotable.dev/facts/evidence/v1',
    subject: { tenant, service, releaseId, environment },
    request: { digests: request.digests },
    items: { sbom, tests, coverage, scan, provenance },
  };
}
