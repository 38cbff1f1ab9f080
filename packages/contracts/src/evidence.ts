import { z } from 'zod';
import { Absent } from './absent.ts';
import { CoverageValue, ProvenanceValue, SbomValue, TestsValue } from './build-values.ts';
import { Count, EnvironmentName, Instant, PodTemplateHash, Quantity, ReleaseId, ServiceName, Sha256Hex, Stage } from './primitives.ts';
import { ScanValue } from './scan-value.ts';

/** What one evidence record can speak about; which record counts is decided per item. */
export const buildItems = ['sbom', 'tests', 'coverage', 'scan', 'provenance'] as const;
/** Every {@link StageItem}. */
export const stageItems = ['slo', 'cost'] as const;
/** An item that a build states. */
export type BuildItem = (typeof buildItems)[number];
/** An item that a canary's stage states. */
export type StageItem = (typeof stageItems)[number];
/** An item of evidence, each of which counts by itself. */
export type EvidenceItem = BuildItem | StageItem;

/** Latency in milliseconds and errors as a fraction (0.01 = 1 %) of one version in one window; percentiles by nearest rank. */
export const SloMeasure = z.strictObject({
  p95Ms: Quantity,
  p99Ms: z.union([Quantity, Absent(['NOT_MEASURED'])]),
  errorRate: z.number().min(0).max(1),
  /** Requests still open when the window ended, counted with their age; `NOT_MEASURED` where nothing tells. */
  open: z.union([Count, Absent(['NOT_MEASURED'])]),
});

/** One window of the canary and of the stable version, as measured. */
export const SloValue = z.strictObject({
  /** Who measured, e.g. `splitter` or `prometheus`. */
  source: z.string().min(1).max(64),
  canary: SloMeasure,
  /** The stable version in the same window; `NO_STABLE` states that none was running, `NOT_MEASURED` that it answered nothing. */
  stable: z.union([SloMeasure, Absent(['NO_STABLE', 'NOT_MEASURED'])]),
  /** Only where requests were made for the purpose, which all figures then speak of: how many real ones there were, and in how long a window. */
  synthetic: z.strictObject({ realSamples: Count, realWindowMs: Quantity }).optional(),
});

/** Unit cost in US dollars: GraphQL per million calls, ingest per thousand signals. */
export const CostValue = z.strictObject({
  graphqlPerMillionUsd: z.union([Quantity, Absent(['NOT_MEASURED'])]),
  ingestPerThousandUsd: z.union([Quantity, Absent(['NOT_MEASURED'])]),
  /** True where the figure is a model and no bill. */
  estimated: z.boolean(),
});

/** The run of a pipeline that made the evidence. */
export const EvidenceRun = z.strictObject({
  provider: z.string().min(1).max(64),
  id: z.string().min(1).max(256),
  attempt: z.int().min(1).max(10_000),
});
/** The time that the evidence speaks of, from its reports. */
export const Observed = z
  .strictObject({ from: Instant, until: Instant })
  .refine((value) => Date.parse(value.from) <= Date.parse(value.until), { path: ['until'], message: 'must not lie before from' });

/** A field that was changed before signing: where, by which rule. Without the auditor's key the value itself leaves no trace. */
export const Redaction = z.strictObject({
  path: z.string().min(1).max(512),
  rule: z.string().min(1).max(64),
  /** HMAC-SHA-256 of RFC 8785 `{path, value}` by the auditor's key, lowercase hex: proves what stood there. None without such a key. */
  keyedDigest: Sha256Hex.optional(),
});

const common = {
  service: ServiceName,
  releaseId: ReleaseId,
  run: EvidenceRun,
  observed: Observed,
  redactions: z.array(Redaction).max(256),
};

/** Build evidence: bound to the digest, made in CI, counts in every environment. `{absent}` in place of a value states that no report was given. */
export const BuildEvidence = z.strictObject({
  ...common,
  checkpoint: z.literal('build'),
  /** Components, tests, lines that can be covered, findings. */
  samples: z.strictObject({ sbom: Count.optional(), tests: Count.optional(), coverage: Count.optional(), scan: Count.optional() }),
  values: z
    .strictObject({
      sbom: z.union([SbomValue, Absent(['SBOM_ABSENT'])]).optional(),
      tests: z.union([TestsValue, Absent(['TESTS_ABSENT'])]).optional(),
      coverage: z.union([CoverageValue, Absent(['COVERAGE_ABSENT'])]).optional(),
      scan: z.union([ScanValue, Absent(['SCAN_ABSENT'])]).optional(),
      provenance: z.union([ProvenanceValue, Absent(['PROVENANCE_ABSENT'])]).optional(),
    })
    .refine((values) => Object.keys(values).length > 0, 'must hold at least one item'),
});

/** Stage evidence: the window and the cost of the canary, made where it runs. */
export const StageEvidence = z.strictObject({
  ...common,
  environment: EnvironmentName,
  checkpoint: Stage,
  podTemplateHash: z.union([PodTemplateHash, Absent(['NOT_APPLICABLE'])]),
  /** Requests behind `slo.canary` and `slo.stable`. */
  samples: z.strictObject({ slo: Count.optional(), stable: Count.optional(), cost: Count.optional() }),
  values: z
    .strictObject({ slo: SloValue.optional(), cost: CostValue.optional() })
    .refine((values) => Object.keys(values).length > 0, 'must hold at least one item'),
});

/** Predicate of `https://promotable.dev/attestation/evidence/v1`. */
export const EvidencePredicate = z.union([BuildEvidence, StageEvidence]);

export type SloMeasure = z.infer<typeof SloMeasure>;
/** One window of the canary and of the stable version, as measured. */
export type SloValue = z.infer<typeof SloValue>;
export type CostValue = z.infer<typeof CostValue>;
/** The run of a pipeline that made the evidence. */
export type EvidenceRun = z.infer<typeof EvidenceRun>;
export type BuildEvidence = z.infer<typeof BuildEvidence>;
export type StageEvidence = z.infer<typeof StageEvidence>;
export type EvidencePredicate = z.infer<typeof EvidencePredicate>;
/** A field that was changed before signing. */
export type Redaction = z.infer<typeof Redaction>;
