// Waivers and overrides: asked for, approved, granted, countersigned, revoked. Decides nothing about releases; the policy does.
import { randomUUID } from 'node:crypto';
import { EnvironmentName, type ExceptionFact, type Principal, type Scope, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { fourEyes as defaultRules } from '../approval-rules.ts';
import { exceptionFact } from '../exception-fact.ts';
import { exceptionKinds, type ExceptionRecord } from '../exception-record.ts';
import { invalidRequest, OverrideRequest, parseRequest, WaiverRequest } from '../exception-request.ts';
import { forbidden, GovernanceError } from '../governance-error.ts';
import { requireTurnable } from '../turnable-codes.ts';
import { verifiedOverride } from '../verify-exception.ts';
import { approval, countersignature, revocation } from './acts.ts';
import { exceptionWriter, type WriteContext } from './exception-writer.ts';
import type { GovernanceOptions } from './governance-options.ts';
import { createdOverride, mayName, recordedOverride, requestedWaiver } from './new-exception.ts';

/** Facts hold at most so many exceptions, and a release that needs more needs something else. */
const maxIssued = 64;
/** How long after its end an exception is still told of, so that a gate can say why it no longer counts, milliseconds. */
const toldAfterEndMs = 7 * 86_400_000;
/** How many may wait or be in force for a service in an environment: a bound, not a policy. */
const maxAlive = 1000;
const maxListed = 200;

/** Who acts, and within which request. */
export interface ActContext {
  readonly principal: Principal;
  /** @default none */
  readonly traceId?: string | undefined;
  /** @default none */
  readonly signal?: AbortSignal | undefined;
}

/** A gate's question, as far as exceptions matter. */
export interface ExceptionQuestion {
  readonly tenant: string;
  readonly service: string;
  readonly environment: string;
  /** Of the containers that run. */
  readonly digests: readonly string[];
}

/** Every act needs its scope and the service; all throw {@link GovernanceError}. */
export interface Governance {
  /** `waiver:request`. @throws `REQUEST_INVALID`, `NOT_TURNABLE`, `TOO_LONG`, `IDEMPOTENCY_CONFLICT`, `TOO_MANY_EXCEPTIONS` */
  requestWaiver(input: unknown, context: ActContext): Promise<ExceptionRecord>;
  /** `waiver:approve`. @throws `FOUR_EYES`, `WRONG_STATE`, `EXCEPTION_NOT_FOUND` */
  approveWaiver(id: string, role: string, context: ActContext): Promise<ExceptionRecord>;
  /** `override:create`. @throws as `requestWaiver` */
  createOverride(input: unknown, context: ActContext): Promise<ExceptionRecord>;
  /** `override:break-glass`. @throws as `requestWaiver`, and `FOUR_EYES` for the author of the change */
  breakGlass(input: unknown, context: ActContext): Promise<ExceptionRecord>;
  /** `override:create` or `gate:ask`, since the signature alone makes it count: what was signed elsewhere. @throws `OVERRIDE_UNTRUSTED`, `TOO_LONG`, `NOT_TURNABLE`; {AttestError} for a bundle that is none */
  recordOverride(bundle: unknown, context: ActContext): Promise<ExceptionRecord>;
  /** `override:countersign`. @throws `FOUR_EYES`, `WRONG_STATE`, `EXCEPTION_NOT_FOUND` */
  countersign(id: string, context: ActContext): Promise<ExceptionRecord>;
  /** `exception:revoke`. @throws `WRONG_STATE`, `EXCEPTION_NOT_FOUND` */
  revoke(id: string, reason: string, context: ActContext): Promise<ExceptionRecord>;
  /** `exception:read`: at most 200, latest first. @throws `REQUEST_INVALID` */
  list(query: unknown, context: ActContext): Promise<readonly ExceptionRecord[]>;
  /** What the policy is told: at most 64, what must be countersigned first. For a gate in the same process; asks for no scope. */
  exceptions(question: ExceptionQuestion): Promise<readonly ExceptionFact[]>;
}

const ListQuery = z.strictObject({
  tenant: TenantId.nullish(),
  service: ServiceName.nullish(),
  environment: EnvironmentName.nullish(),
  kind: z.enum(exceptionKinds).nullish(),
  ended: z.boolean().nullish(),
  first: z.int().min(1).max(maxListed).nullish(),
});

/** Governance over a store; it starts nothing by itself. */
export function createGovernance(options: GovernanceOptions): Governance {
  const { store, clock, keySet, limits, reasons, rules = () => defaultRules, randomUuid = randomUUID } = options;
  const writer = exceptionWriter(options);

  async function create(record: ExceptionRecord, context: ActContext): Promise<ExceptionRecord> {
    requireTurnable(record.kind, record.codes, reasons);
    if ((await store.countAlive(record, clock.now())) >= maxAlive)
      throw new GovernanceError('TOO_MANY_EXCEPTIONS', `${record.service} has ${maxAlive} exceptions in ${record.environment}`, {
        status: 409,
      });
    return writer.create(record, writeContext(context));
  }

  function change(id: string, context: ActContext, apply: (record: ExceptionRecord) => ExceptionRecord): Promise<ExceptionRecord> {
    const read = async (): Promise<ExceptionRecord> => {
      const found = await store.record(context.principal.tenant, id);
      if (found === null || !mayName(context.principal, found.service))
        throw new GovernanceError('EXCEPTION_NOT_FOUND', 'no such waiver or override', { status: 404 });
      return found;
    };
    return writer.change(read, apply, writeContext(context));
  }

  function override(input: unknown, kind: 'override' | 'break_glass', context: ActContext): Promise<ExceptionRecord> {
    const request = parseRequest(OverrideRequest, input);
    const at = { principal: context.principal, id: randomUuid(), now: clock.now(), limits: limits(request.service, request.environment) };
    return create(createdOverride(request, kind, at), context);
  }

  return {
    async requestWaiver(input, context) {
      requireScope(context, 'waiver:request');
      const request = parseRequest(WaiverRequest, input);
      const at = { principal: context.principal, id: randomUuid(), now: clock.now(), limits: limits(request.service, request.environment) };
      return create(requestedWaiver(request, at), context);
    },

    async approveWaiver(id, role, context) {
      requireScope(context, 'waiver:approve');
      return change(id, context, approval(context.principal, role, rules(), clock.now()));
    },

    async createOverride(input, context) {
      requireScope(context, 'override:create');
      return override(input, 'override', context);
    },

    async breakGlass(input, context) {
      requireScope(context, 'override:break-glass');
      return override(input, 'break_glass', context);
    },

    async recordOverride(bundle, context) {
      requireScope(context, 'override:create', 'gate:ask');
      const { principal } = context;
      const now = clock.now();
      const { override: signed, verified } = verifiedOverride(bundle, keySet(), now);
      const at = { principal, now, limits: limits(signed.service, signed.environment) };
      return create(recordedOverride(signed, verified.bundle, at), context);
    },

    async countersign(id, context) {
      requireScope(context, 'override:countersign');
      return change(id, context, countersignature(context.principal, clock.now()));
    },

    async revoke(id, reason, context) {
      requireScope(context, 'exception:revoke');
      if (reason.trim() === '' || reason.length > 4000)
        throw invalidRequest([{ path: '/reason', code: 'invalid', message: 'must be 1 to 4000 characters' }]);
      return change(id, context, revocation(context.principal, reason.trim(), clock.now()));
    },

    async list(query, context) {
      requireScope(context, 'exception:read');
      const { tenant, service, environment = null, kind = null, ended, first } = parseRequest(ListQuery, query);
      const { principal } = context;
      if ((tenant ?? principal.tenant) !== principal.tenant || (service != null && !mayName(principal, service))) throw forbidden();
      return store.list({
        tenant: principal.tenant,
        services: service != null ? [service] : principal.services.includes('*') ? null : principal.services,
        ...{ environment, kind },
        aliveAt: ended === true ? null : clock.now(),
        limit: first ?? 50,
      });
    },

    async exceptions({ tenant, service, environment, digests }) {
      const now = clock.now();
      const query = { tenant, service, environment, digests, endedAfter: now - toldAfterEndMs, limit: maxIssued };
      const trust = { keySet: keySet(), rules: rules(), now };
      return (await store.issued(query)).map((record) => exceptionFact(record, trust));
    },
  };
}

/** One of them suffices. */
function requireScope({ principal }: ActContext, ...scopes: readonly Scope[]): void {
  if (!scopes.some((scope) => principal.scopes.includes(scope))) throw forbidden();
}

function writeContext({ traceId, signal }: ActContext): WriteContext {
  return { traceId: traceId ?? null, signal };
}
