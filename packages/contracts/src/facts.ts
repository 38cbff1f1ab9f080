import { z } from 'zod';
import { Absent } from './absent.ts';
import {
  Count,
  Digest,
  EnvironmentName,
  PodTemplateHash,
  Quantity,
  ReleaseId,
  ServiceName,
  Sha256Hex,
  Stage,
  TenantId,
} from './primitives.ts';
import { ReasonCode } from './reason.ts';
import { Finding, SeverityCounts } from './scan-value.ts';

// Facts have no optional fields: what may be absent is a tagged value, so that a deleted field is a fault and never an absence.

const Signer = z.enum(['trusted', 'revoked']);

/** Where a counting record comes from and the digests it counts for. `ageMs` = now − min(observed.until, received). */
const provenance = {
  evidenceId: Sha256Hex,
  covers: z.array(Digest).max(256),
  signer: Signer,
  ageMs: Quantity,
  /** Distinct runs of this item that failed, superseded ones included. */
  failedRuns: Count,
};

const NoEvidence = Absent(['NO_EVIDENCE']);

/** Build items add up: several jobs may each speak for some digests, so an item is the list of the records that count. */
const perDigest = <Value extends z.ZodType, Further extends z.ZodRawShape = Record<never, never>>(value: Value, further?: Further) =>
  z.union([
    z
      .array(z.strictObject({ ...provenance, ...((further ?? {}) as Further), value }))
      .min(1)
      .max(64),
    NoEvidence,
  ]);

export const SbomFact = perDigest(z.union([z.strictObject({ components: Count, componentsDigest: Sha256Hex }), Absent(['SBOM_ABSENT'])]));
export const TestsFact = perDigest(
  z.union([z.strictObject({ total: Count, passed: Count, failed: Count, errors: Count, skipped: Count }), Absent(['TESTS_ABSENT'])]),
);
const Lines = z.strictObject({ found: Count, hit: Count });
export const CoverageFact = perDigest(z.union([z.strictObject({ lines: Lines }), Absent(['COVERAGE_ABSENT'])]), {
  /** What earlier runs measured of the same digests, the latest first; records of one run have the same number. */
  earlier: z.array(z.strictObject({ run: Count, lines: Lines })).max(20),
});

/** A scan as the policy counts it; `findings` holds at most 200 over all scans, those that an exception names first, then the worst. */
export const ScanFact = perDigest(
  z.union([
    z.strictObject({
      counts: SeverityCounts,
      findings: z.array(z.strictObject({ ...Finding.shape, fixedIn: z.array(z.string().min(1).max(128)).max(2) })).max(200),
      /** How old the scanner's database was when it scanned. */
      databaseAgeMs: z.union([Quantity, Absent(['NOT_STATED'])]),
    }),
    Absent(['SCAN_ABSENT']),
  ]),
  {
    /** What earlier runs found in the same digests, the latest first, and how much earlier they ended; scans of one run have the same number. */
    earlier: z.array(z.strictObject({ run: Count, counts: SeverityCounts, endedBeforeMs: Quantity })).max(20),
  },
);

export const ProvenanceFact = perDigest(
  z.union([
    z.strictObject({
      builderId: z.string().min(1).max(512),
      sourceUri: z.union([z.string().min(1).max(512), Absent(['NOT_STATED'])]),
    }),
    Absent(['PROVENANCE_ABSENT']),
  ]),
);

/** One version measured in one window. */
export const MeasureFact = z.strictObject({
  samples: z.union([Count, Absent(['SAMPLES_UNKNOWN'])]),
  p95Ms: Quantity,
  p99Ms: z.union([Quantity, Absent(['NOT_MEASURED'])]),
  errorRate: z.number().min(0).max(1),
});

/** One SLO window; `startOffsetMs` = window start − start of the stage, negative when it began before. */
const window = {
  podTemplateHash: z.union([PodTemplateHash, Absent(['NOT_APPLICABLE'])]),
  windowMs: Quantity,
  startOffsetMs: z.number(),
  canary: MeasureFact,
  /** Real requests, and how long they were counted, where the figures are of requests made for the purpose; `NOT_STATED` where only `source` says so. */
  synthetic: z.union([z.strictObject({ realSamples: Count, realWindowMs: Quantity }), Absent(['NOT_SYNTHETIC', 'NOT_STATED'])]),
};

/** The window that counts at a stage with the one before it, or why there is none. */
export const SloFact = z.union([
  z.strictObject({
    ...provenance,
    ...window,
    source: z.string().min(1).max(64),
    stable: z.union([MeasureFact, Absent(['NO_STABLE', 'NOT_MEASURED'])]),
    /** The window before the counting one, same stage; `endGapMs` = how much earlier it ended. */
    previous: z.union([z.strictObject({ evidenceId: Sha256Hex, signer: Signer, ...window, endGapMs: Quantity }), Absent(['NO_PREVIOUS'])]),
  }),
  NoEvidence,
]);

export const CostFact = z.union([
  z.strictObject({
    ...provenance,
    graphqlPerMillionUsd: z.union([Quantity, Absent(['NOT_MEASURED'])]),
    ingestPerThousandUsd: z.union([Quantity, Absent(['NOT_MEASURED'])]),
    estimated: z.boolean(),
  }),
  NoEvidence,
]);

/** The facts of each build item. */
const buildFacts = { sbom: SbomFact, tests: TestsFact, coverage: CoverageFact, scan: ScanFact, provenance: ProvenanceFact };

/** A waiver or an override as it stands now; `verified` = its signature and its approvals hold. */
export const ExceptionFact = z.strictObject({
  kind: z.enum(['waiver', 'override', 'break_glass']),
  id: z.string().min(1).max(128),
  codes: z.array(ReasonCode).min(1).max(64),
  digests: z.array(Digest).min(1).max(256),
  environment: EnvironmentName,
  stages: z.array(Stage).min(1).max(100),
  /** The finding that alone it speaks of, e.g. a CVE; one that names a rule never turns a whole reason. */
  rule: z.union([z.string().min(1).max(128), Absent(['NOT_STATED'])]),
  /** Narrows `rule` to one place, e.g. the package URL of a component. */
  path: z.union([z.string().min(1).max(512), Absent(['NOT_STATED'])]),
  /** The suite of tests that alone it speaks of; one that names a suite turns neither a whole reason nor a finding. */
  suite: z.union([z.string().min(1).max(128), Absent(['NOT_STATED'])]),
  verified: z.boolean(),
  /** Whether somebody else confirmed a break-glass. */
  countersigned: z.union([z.boolean(), Absent(['NOT_APPLICABLE'])]),
  /** Milliseconds since it came into force; negative before. */
  activeForMs: z.number(),
  /** Milliseconds until it ends; zero or less = absent. */
  expiresInMs: z.number(),
});

/** All that the policy of a rollout is told. Nothing is optional: what may be absent is a tagged value. */
export const RolloutFacts = z.strictObject({
  schema: z.literal('https://promotable.dev/facts/rollout/v1'),
  subject: z.strictObject({ tenant: TenantId, service: ServiceName, releaseId: ReleaseId, environment: EnvironmentName, stage: Stage }),
  request: z.strictObject({
    /** Digests of the containers that run, sorted and distinct; empty when none were sent. */
    digests: z.array(Digest).max(256),
    podTemplateHash: z.union([PodTemplateHash, Absent(['NOT_SENT'])]),
  }),
  release: z.strictObject({
    /** Whether any trusted record of this release exists. */
    known: z.boolean(),
    /** sha256 of RFC 8785 of `{tenant, service, releaseId}`: what records cover that are bound to no artifact. Computed by the gate. */
    identity: Digest,
    /** The release's digest set, sorted; empty until a build record fixes it. */
    digests: z.array(Digest).max(256),
    /** Statements refused because their signer was not trusted, not seen trusted since. */
    untrusted: Count,
    /** Unsigned claims; listed, never counting. */
    unsigned: Count,
    /** Statements that a publisher said it holds back in its spool and that have not arrived since. */
    spooled: Count,
  }),
  /** How the asked digests stand in this environment; computed from decisions on record, never from the caller's word. */
  standing: z.strictObject({
    proven: z.boolean(),
    revoked: z.boolean(),
    /** Belongs to the current release or to one on its way. */
    current: z.boolean(),
    /** Milliseconds since it became suspect. */
    suspectForMs: z.union([Quantity, Absent(['NOT_SUSPECT'])]),
    /** The evidence that counted when this very question last passed. */
    passedWith: z.union([z.array(Sha256Hex).max(512), Absent(['NO_PASS'])]),
  }),
  stage: z.strictObject({ startedAgoMs: Quantity }),
  items: z.strictObject({ ...buildFacts, slo: SloFact, cost: CostFact }),
  exceptions: z.array(ExceptionFact).max(64),
});

/** What the policy `promotable.evidence` reads: the items alone, as `mc try` has them. */
export const EvidenceFacts = z.strictObject({
  schema: z.literal('https://promotable.dev/facts/evidence/v1'),
  subject: z.strictObject({ tenant: TenantId, service: ServiceName, releaseId: ReleaseId, environment: EnvironmentName }),
  request: z.strictObject({ digests: z.array(Digest).max(256) }),
  items: z.strictObject(buildFacts),
});

/** All that the policy of a rollout is told. Nothing is optional: what may be absent is a tagged value. */
export type RolloutFacts = z.infer<typeof RolloutFacts>;
export type EvidenceFacts = z.infer<typeof EvidenceFacts>;
/** The window that counts at a stage with the one before it, or why there is none. */
export type SloFact = z.infer<typeof SloFact>;
export type MeasureFact = z.infer<typeof MeasureFact>;
export type ExceptionFact = z.infer<typeof ExceptionFact>;
