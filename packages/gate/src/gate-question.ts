// From an untrusted body to a question with one spelling.
import { digestOf } from '@promotable/attest';
import { type DecisionPredicate, faultsOf, GateQuestion, type Principal, type Scope } from '@promotable/contracts';
import { GateError } from './gate-error.ts';

/** A question that was checked; `digests` are sorted and distinct, so one question has one spelling. */
export interface ResolvedQuestion {
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
  readonly environment: string;
  readonly stage: string;
  readonly digests: readonly string[];
  readonly podTemplateHash: string | null;
  /** Asked in shadow. @default enforced */
  readonly shadow?: true;
}

/** The mode in which a question is decided. */
export function modeOf({ shadow }: Pick<ResolvedQuestion, 'shadow'>): DecisionPredicate['mode'] {
  return shadow === true ? 'shadow' : 'enforced';
}

/**
 * Checks a body and what the caller may ask; the tenant comes from the token.
 * @throws {GateError} `INVALID_QUESTION` (400) with every fault, `FORBIDDEN` (403)
 */
export function parseQuestion(body: unknown, principal: Principal): ResolvedQuestion {
  requireScope(principal, 'gate:ask');
  const parsed = GateQuestion.safeParse(body);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error);
    throw new GateError('INVALID_QUESTION', `the question has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`, {
      faults,
      status: 400,
    });
  }
  if (parsed.data.shadow === true && parsed.data.dryRun === true) {
    const faults = [{ path: '/shadow', code: 'contradiction', message: 'a dry run records nothing, a question in shadow does' }];
    throw new GateError('INVALID_QUESTION', 'the question has a fault', { faults, status: 400 });
  }
  requireSubject(principal, parsed.data);
  return resolveQuestion(parsed.data, principal.tenant);
}

export function resolveQuestion(question: GateQuestion, tenant: string): ResolvedQuestion {
  const { service, releaseId, environment, stage, digests = [], podTemplateHash = null, shadow = false } = question;
  const asked = { tenant, service, releaseId, environment, stage, digests: [...new Set(digests)].sort(), podTemplateHash };
  return shadow ? { ...asked, shadow } : asked;
}

/**
 * Names a question within its subject: other digests or another pod template are another question, so two clusters never overwrite each
 * other's answer; nor does what is asked in shadow overwrite what is enforced.
 */
export function questionDigest({ digests, podTemplateHash, shadow }: ResolvedQuestion): string {
  return digestOf({ digests, podTemplateHash, ...(shadow === true ? { shadow } : {}) });
}

/** @throws {GateError} `FORBIDDEN` (403) */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.includes(scope)) throw forbidden();
}

/** @throws {GateError} `FORBIDDEN` (403) where another tenant is named or the token does not grant the service */
export function requireSubject(
  principal: Principal,
  { tenant, service }: { readonly tenant?: string | null | undefined; readonly service: string },
): void {
  if (tenant !== undefined && tenant !== null && tenant !== principal.tenant) throw forbidden();
  if (!mayName(principal, service)) throw forbidden();
}

export function mayName(principal: Principal, service: string): boolean {
  return principal.services.includes('*') || principal.services.includes(service);
}

/** One text for every refusal, so that nothing is learnt from it. */
function forbidden(): GateError {
  return new GateError('FORBIDDEN', 'this token does not allow it', { status: 403 });
}
