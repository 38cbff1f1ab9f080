// `evidenceOk`, the gate in GraphQL: `ok` is true for a pass alone, and `ok: false` is never by itself a reason to roll back.
import type { GateAnswer, Principal } from '@promotable/contracts';
import type { EvidenceOk, SloSnapshot } from '@promotable/contracts/graphql';
import { GateError } from '../gate-error.ts';
import { parseQuestion } from '../gate-question.ts';
import type { Gate } from './gate.ts';
import type { StageSettings } from './loaded-policy.ts';

export interface EvidenceOkOptions {
  readonly gate: Gate;
  readonly settings: (service: string, environment: string) => StageSettings;
  /** Where a tenant's gates ask when they name no environment; null = none. */
  readonly defaultEnvironment: (tenant: string) => string | null;
}

/** The part of a GraphQL context that the field reads. */
export interface EvidenceOkContext {
  readonly principal: Principal;
  readonly traceId: string;
  readonly signal: AbortSignal;
}

/** Arguments as GraphQL gives them: an absent one is missing or null. */
export type EvidenceOkArguments = Readonly<Record<string, unknown>>;

/** @throws {GateError} `MISSING_FIELD` and `INVALID_QUESTION` (400), `FORBIDDEN` (403) */
export function evidenceOk({ gate, settings, defaultEnvironment }: EvidenceOkOptions) {
  return async (_parent: unknown, args: EvidenceOkArguments, { principal, traceId, signal }: EvidenceOkContext) => {
    const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
    const environment = given['environment'] ?? defaultEnvironment(principal.tenant);
    if (environment === null) {
      const faults = [{ path: '/environment', code: 'missing', message: 'must be given: the tenant has no default environment' }];
      throw new GateError('MISSING_FIELD', 'the environment is missing', { faults, status: 400 });
    }
    // Checked before anything is looked up by these names; any stage will do until then.
    const checked = parseQuestion({ stage: anyStage, ...given, environment }, principal);
    const question = 'stage' in given ? checked : { ...checked, stage: lastStage(settings(checked.service, checked.environment)) };
    return evidenceOkOf(question.service, await gate.ask(question, { actor: principal.id, traceId, signal }));
  };
}

/** Of a policy that lists no stage every stage is an unknown one, and so is this. */
const anyStage = 'complete';

function lastStage({ stages }: StageSettings): string {
  return stages.at(-1) ?? anyStage;
}

function evidenceOkOf(service: string, { verdict, reasons, measured, environment, stage, decisionId, bundle }: GateAnswer): EvidenceOk {
  return {
    ok: verdict === 'pass',
    reasons: reasons.map(({ message }) => message),
    snapshot: measured === null ? null : snapshotOf(service, measured),
    cost: measured?.cost ?? null,
    environment,
    stage,
    verdict,
    decisionId,
    reasonDetails: reasons,
    bundle,
  };
}

/** Milliseconds rounded up, so that a snapshot never looks better than what the policy compared. */
function snapshotOf(service: string, { p95Ms, p99Ms, errorRate, window }: NonNullable<GateAnswer['measured']>): SloSnapshot {
  const seconds = (Date.parse(window.until) - Date.parse(window.from)) / 1000;
  return { service, p95Ms: Math.ceil(p95Ms), p99Ms: p99Ms === null ? null : Math.ceil(p99Ms), errorRate, window: `${seconds}s` };
}
