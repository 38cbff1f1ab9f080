import { z } from 'zod';
import {
  Count,
  Digest,
  EnvironmentName,
  Instant,
  PodTemplateHash,
  Quantity,
  ReleaseId,
  ServiceName,
  Sha256Hex,
  Stage,
  TenantId,
} from './primitives.ts';
import { Reason, Verdict } from './reason.ts';
import { Bundle } from './statement.ts';

/** Every {@link DecisionKind}. */
export const decisionKinds = ['rollout', 'rollback', 'deployment', 'admission', 'promotion'] as const;
/** What a decision is about. */
export const DecisionKind = z.enum(decisionKinds);
/** What a decision is about. */
export type DecisionKind = z.infer<typeof DecisionKind>;

/** The subject of a decision; the first subject of its Statement is sha256 of RFC 8785 of exactly this. */
export const DecisionSubject = z.strictObject({
  tenant: TenantId,
  service: ServiceName,
  releaseId: ReleaseId,
  environment: EnvironmentName,
  kind: DecisionKind,
  stage: z.union([Stage, z.null()]),
});

/** Predicate of `https://promotable.dev/attestation/decision/v1`. Clients order decisions by (epoch, revision), never by time. */
export const DecisionPredicate = z.object({
  id: z.uuid(),
  subject: DecisionSubject,
  podTemplateHash: z.union([PodTemplateHash, z.null()]),
  /** Digests asked about, sorted. */
  digests: z.array(Digest),
  verdict: Verdict,
  reasons: z.array(Reason),
  warnings: z.array(Reason),
  /** Statement digests of the evidence that counted, sorted. */
  evidence: z.array(Sha256Hex),
  factsDigest: Sha256Hex,
  policyDigest: Sha256Hex,
  mode: z.enum(['enforced', 'shadow']),
  /** Id of the override that took part. */
  override: z.union([z.string(), z.null()]),
  /** Incarnation of the ledger; a new epoch outranks every older one. */
  epoch: z.uuid(),
  revision: z.int().min(1),
  stageStartedAt: z.union([Instant, z.null()]),
  evaluatedAt: Instant,
  /** A pass ends here; fail and hold have none. */
  validUntil: z.union([Instant, z.null()]),
  traceId: z.union([z.string(), z.null()]),
});
export type DecisionSubject = z.infer<typeof DecisionSubject>;
export type DecisionPredicate = z.infer<typeof DecisionPredicate>;

/** The question at `POST /v1/gate/rollout`. */
export const GateQuestion = z.strictObject({
  tenant: TenantId.optional(),
  service: ServiceName,
  releaseId: ReleaseId,
  environment: EnvironmentName,
  stage: Stage,
  digests: z.array(Digest).max(256).optional(),
  podTemplateHash: PodTemplateHash.optional(),
  /** Says what would be decided and records nothing; the answer is unsigned and never a decision. */
  dryRun: z.boolean().optional(),
  /** Decides, signs and records in shadow: nobody acts on it and nobody is told, and it never counts as a pass of anything. */
  shadow: z.boolean().optional(),
});
export type GateQuestion = z.infer<typeof GateQuestion>;

/** What was measured in the counting window, beside the budgets it is held against; for people, not signed. */
export const Measured = z.object({
  evidenceId: Sha256Hex,
  window: z.object({ from: Instant, until: Instant }),
  samples: z.union([Count, z.null()]),
  p95Ms: Quantity,
  p99Ms: z.union([Quantity, z.null()]),
  errorRate: z.number(),
  stable: z.union([z.object({ samples: z.union([Count, z.null()]), p95Ms: Quantity, errorRate: z.number() }), z.null()]),
  budget: z.object({
    p95Ms: z.union([Quantity, z.null()]),
    p99Ms: z.union([Quantity, z.null()]),
    errorRate: z.union([z.number(), z.null()]),
  }),
  cost: z.union([
    z.object({
      graphqlPerMillionUsd: z.union([Quantity, z.null()]),
      ingestPerThousandUsd: z.union([Quantity, z.null()]),
      estimated: z.boolean(),
    }),
    z.null(),
  ]),
});
export type Measured = z.infer<typeof Measured>;

/** The answer of `POST /v1/gate/rollout`, always HTTP 200. Clients ignore unknown fields and read an unknown verdict as hold. */
export const GateAnswer = z.object({
  schema: z.literal('https://promotable.dev/gate-answer/v1'),
  verdict: Verdict,
  release: ReleaseId,
  stage: Stage,
  environment: EnvironmentName,
  digests: z.array(Digest),
  decisionId: z.union([z.uuid(), z.null()]),
  revision: z.union([z.int().min(1), z.null()]),
  reasons: z.array(Reason),
  warnings: z.array(Reason),
  measured: z.union([Measured, z.null()]),
  mode: z.enum(['enforced', 'shadow']),
  policy: z.object({ layer: z.string(), revision: z.int().min(1), digest: Sha256Hex }),
  validUntil: z.union([Instant, z.null()]),
  stageStartedAt: z.union([Instant, z.null()]),
  heldSince: z.union([Instant, z.null()]),
  retryAfterSeconds: z.union([Quantity, z.null()]),
  explainUrl: z.union([z.string(), z.null()]),
  bundle: z.union([Bundle, z.null()]),
});
export type GateAnswer = z.infer<typeof GateAnswer>;

/** Everything needed to check a decision without us, as `mc decision export` writes it. */
export const DecisionRecord = z.object({
  schema: z.literal('https://promotable.dev/decision-record/v1'),
  bundle: Bundle,
  facts: z.record(z.string(), z.unknown()),
  policy: z.object({
    digest: Sha256Hex,
    entrypoint: z.string(),
    layer: z.string(),
    data: z.record(z.string(), z.unknown()),
    wasm: z.base64(),
  }),
  /** The pass before it at the same stage of the same service and environment, of any release; null = none on record. */
  lastPass: z.union([z.object({ bundle: Bundle, facts: z.record(z.string(), z.unknown()) }), z.null()]).optional(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
