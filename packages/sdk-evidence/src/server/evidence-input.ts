// What a caller of `publishEvidence` may send, and what of it is kept when it is not signed.
import {
  Checkpoint,
  Count,
  EnvironmentName,
  faultsOf,
  IdempotencyKey,
  Quantity,
  ReleaseId,
  ServiceName,
  Sha256Hex,
  TenantId,
} from '@promotable/contracts';
import { z } from 'zod';
import { faulty } from '../fault-list.ts';

/** Largest `cost` of unsigned claims, characters of JSON. */
const maxCostCharacters = 16_384;

/** 1 MiB of payload in base64, and room for certificates, log entries and timestamps. */
const maxAttestationCharacters = 1_700_000;

const ArtifactClaim = z.strictObject({
  type: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"'),
  sha256: Sha256Hex,
});

const SloClaim = z.strictObject({
  service: ServiceName,
  p95Ms: Count,
  p99Ms: Count.nullish(),
  errorRate: z.number().min(0).max(1),
  window: z.string().regex(/^\d{1,9}(\.\d{1,3})?(ms|s|m|h)$/, 'must be a duration such as 8s or 5m'),
});

/** The input of `publishEvidence`; null and absent mean the same. */
export const EvidenceInput = z
  .strictObject({
    tenant: TenantId.nullish(),
    service: ServiceName,
    releaseId: ReleaseId,
    artifacts: z.array(ArtifactClaim).max(256).nullish(),
    slo: SloClaim.nullish(),
    cost: z
      .json()
      .refine((cost) => JSON.stringify(cost).length <= maxCostCharacters, `must have at most ${maxCostCharacters} characters`)
      .nullish(),
    environment: EnvironmentName.nullish(),
    stage: Checkpoint.nullish(),
    /** Checked by itself: a bundle's faults have their own paths. */
    bundle: z.unknown().optional(),
    /** In place of `bundle`, as text: the bytes are kept as they came, and read within bounds of their own. */
    attestation: z.string().min(1).max(maxAttestationCharacters).nullish(),
    // A database refuses or changes other text, and two keys would become one.
    idempotencyKey: IdempotencyKey.regex(/^\P{C}+$/u, 'must hold no control characters and no lone surrogates').nullish(),
  })
  .refine(({ bundle, attestation }) => (bundle ?? null) === null || (attestation ?? null) === null, {
    path: ['attestation'],
    message: 'must be left out beside a bundle',
  });
export type EvidenceInput = z.infer<typeof EvidenceInput>;

/** What is kept of unsigned claims: artifacts alone belong to `build`, SLO and cost to the stage given. */
export interface UnsignedClaims {
  readonly artifacts: readonly { readonly type: string; readonly sha256: string }[];
  readonly slo: {
    readonly service: string;
    readonly p95Ms: number;
    readonly p99Ms: number | null;
    readonly errorRate: number;
    readonly window: string;
  } | null;
  readonly cost: z.infer<ReturnType<typeof z.json>>;
  readonly environment: string | null;
  readonly checkpoint: string | null;
}

/** Cost in US dollars as a caller may repeat it beside a bundle. */
export const CostClaim = z.strictObject({
  graphqlPerMillionUsd: Quantity.nullish(),
  ingestPerThousandUsd: Quantity.nullish(),
  estimated: z.boolean().optional(),
});

/** @throws {EvidenceError} `EVIDENCE_INVALID` with every fault */
export function parseEvidenceInput(input: unknown): EvidenceInput {
  const parsed = EvidenceInput.safeParse(input);
  if (!parsed.success) throw faulty('EVIDENCE_INVALID', 'evidence', faultsOf(parsed.error));
  return parsed.data;
}

export function claimsOf({ artifacts, slo, cost, environment, stage }: EvidenceInput): UnsignedClaims {
  const isStage = (slo ?? null) !== null || (cost ?? null) !== null;
  return {
    artifacts: artifacts ?? [],
    slo: slo ? { ...slo, p99Ms: slo.p99Ms ?? null } : null,
    cost: cost ?? null,
    environment: environment ?? null,
    checkpoint: stage ?? (isStage ? null : 'build'),
  };
}
