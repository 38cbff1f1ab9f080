import type { CostValue, EvidenceRun, SloMeasure, SloValue, Stage, Statement } from '@promotable/contracts';
import { EvidenceError } from '../evidence-error.ts';
import { FaultList } from '../fault-list.ts';
import { subjectsOf, type Artifact } from './artifact.ts';
import type { RedactionOptions } from '../redact/redact-value.ts';
import { finishStatement } from './finish-statement.ts';
import { readObserved, toInstants, type ObservedInput } from './observed.ts';

/** A canary at a stage and what was measured of it. */
export interface StageEvidenceInput {
  readonly service: string;
  readonly releaseId: string;
  /** What ran as the canary; at least one, unless `tenant` is given. @default none */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** Whose release it is; where there is no artifact to name (functions, SaaS), the record is bound to the release itself. @default none */
  readonly tenant?: string | undefined;
  readonly environment: string;
  /** The canary weight `1` … `99`, or `complete`. */
  readonly checkpoint: Stage;
  /** Names the canary's pods; `{absent: 'NOT_APPLICABLE'}` outside Kubernetes. */
  readonly podTemplateHash: string | { readonly absent: 'NOT_APPLICABLE' };
  /** When was measured; RFC 3339 with offsets. Becomes `observed`. */
  readonly window: ObservedInput;
  /** @default none: the record then speaks of cost alone */
  readonly slo?: SloValue | undefined;
  /** Requests behind `slo.canary` and `slo.stable`, calls behind `cost`. */
  readonly samples: { readonly slo?: number | undefined; readonly stable?: number | undefined; readonly cost?: number | undefined };
  /** @default none: the record then speaks of latency and errors alone */
  readonly cost?: CostValue | undefined;
  readonly run: EvidenceRun;
}

/**
 * Makes the Statement of stage evidence: one SLO window, unit cost, or both, of the canary where it ran. Reads no clock.
 * @throws {EvidenceError} `EVIDENCE_INVALID` with every fault and its path
 */
export function buildStageEvidence(input: StageEvidenceInput, redaction?: RedactionOptions): Statement {
  const faults = new FaultList();
  const subject = subjectsOf(input, faults);
  const observed = readObserved(input.window, '/window', faults) ?? { from: 0, until: 0 };
  const { service, releaseId, environment, checkpoint, podTemplateHash, run, slo, cost } = input;
  const predicate = {
    service,
    releaseId,
    environment,
    checkpoint,
    podTemplateHash: typeof podTemplateHash === 'string' ? podTemplateHash : { absent: podTemplateHash?.absent },
    run: { provider: run.provider, id: run.id, attempt: run.attempt },
    observed: toInstants(observed),
    samples: stated(input.samples),
    values: stated({ slo: slo && sloOf(slo), cost: cost && costOf(cost) }),
  };
  const statement = finishStatement(subject, predicate, faults, redaction);
  faults.throwIfAny('EVIDENCE_INVALID', 'evidence');
  if (statement === null) throw new EvidenceError('EVIDENCE_INVALID', 'evidence could not be built');
  return statement;
}

// Field by field: what a caller's object holds besides never reaches the statement.
function sloOf({ source, canary, stable, synthetic }: SloValue) {
  return {
    source,
    canary: measureOf(canary),
    stable: 'absent' in stable ? { absent: stable.absent } : measureOf(stable),
    ...(synthetic === undefined ? {} : { synthetic: { realSamples: synthetic.realSamples, realWindowMs: synthetic.realWindowMs } }),
  };
}

function measureOf({ p95Ms, p99Ms, errorRate, open }: SloMeasure) {
  return { p95Ms, p99Ms, errorRate, open };
}

function costOf({ graphqlPerMillionUsd, ingestPerThousandUsd, estimated }: CostValue) {
  return { graphqlPerMillionUsd, ingestPerThousandUsd, estimated };
}

function stated<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
