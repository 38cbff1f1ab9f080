// The gate as a module of a server: routes, the GraphQL field, readiness, metrics. Depends on the server by shape only.
import {
  EnvironmentName,
  faultsOf,
  type GateAnswer,
  type GateQuestion,
  type Principal,
  type Scope,
  ServiceName,
  TenantId,
} from '@promotable/contracts';
import { z } from 'zod';
import { GateError } from '../gate-error.ts';
import { parseQuestion, requireScope, requireSubject } from '../gate-question.ts';
import { type DecisionRecords, decisionRecords } from './decision-records.ts';
import { evidenceOk } from './evidence-ok.ts';
import { createGate, type Gate } from './gate.ts';
import type { GateEvents } from './gate-events.ts';
import { gateMetrics, type MetricFactory } from './gate-metrics.ts';
import type { GateOptions } from './gate-options.ts';
import type { EnvironmentKey } from './gate-store.ts';
import { createProvenLists } from './proven-lists.ts';

/** The part of a request that the routes read. */
export interface RouteRequest {
  readonly body: unknown;
  readonly params: unknown;
  readonly query: unknown;
  readonly promotable: {
    readonly principal: Principal | null;
    readonly trace: { readonly traceId: string };
    provenanceId: string | null;
  } | null;
}

/** Answers a route of the gate. */
export type RouteHandler = (request: RouteRequest) => Promise<unknown>;

/** The part of a Fastify application that the routes need; `config` is the server kit's route policy. */
export interface RouteApplication {
  get(path: string, options: { config: { scope: Scope } }, handler: RouteHandler): unknown;
  post(path: string, options: { config: { scope: Scope }; bodyLimit: number }, handler: RouteHandler): unknown;
}

/** What a gate in a server needs besides a gate's own options. */
export interface GateModuleOptions<Registry = unknown> extends GateOptions {
  /** Where a tenant's gates ask when they name no environment. @default none */
  readonly defaultEnvironment?: (tenant: string) => string | null;
  /** Makes metrics in the server's registry, e.g. with `prom-client`. @default no metrics */
  readonly metrics?: (registry: Registry) => MetricFactory;
  /** Environments that metrics show by name; every other one is `other`. @default ['production', 'staging'] */
  readonly metricEnvironments?: readonly string[];
}

/** A `ServerModule` of the server kit; `gate` serves callers in the same process. */
export interface GateModule<Registry = unknown> {
  readonly name: string;
  readonly gate: Gate;
  readonly records: DecisionRecords;
  routes(app: RouteApplication, kit: { readonly metrics: Registry }): void;
  readonly resolvers: { readonly Query: { readonly evidenceOk: ReturnType<typeof evidenceOk> } };
  readonly scopes: { readonly 'Query.evidenceOk': Scope };
  readonly readiness: readonly { readonly name: string; check(signal: AbortSignal): Promise<void> }[];
}

/** A question is small: 256 digests and a few names. */
const questionBytes = 64 * 1024;

/**
 * Mounts `POST /v1/gate/rollout`, `GET /v1/gate/proven?service=&environment=`, `GET /v1/decisions/:id`, `GET /v1/decisions?service=&releaseId=` and `Query.evidenceOk`.
 */
export function gateModule<Registry = unknown>({
  defaultEnvironment = () => null,
  metrics,
  metricEnvironments = ['production', 'staging'],
  listeners = [],
  ...options
}: GateModuleOptions<Registry>): GateModule<Registry> {
  const counted: GateEvents[] = [];
  const gate = createGate({ ...options, listeners: [fromLater(counted), ...listeners] });
  const records = decisionRecords(options.store);
  const proven = createProvenLists(options);
  const { policy, store } = options;
  return {
    name: 'gate',
    gate,
    records,
    routes(app, kit) {
      if (metrics !== undefined) counted.push(gateMetrics(metrics(kit.metrics), metricEnvironments));
      app.post('/v1/gate/rollout', { config: { scope: 'gate:ask' }, bodyLimit: questionBytes }, async (request) => {
        const answer = await askRollout(gate, principalOf(request), request.body, { traceId: request.promotable?.trace.traceId });
        if (request.promotable !== null) request.promotable.provenanceId = answer.decisionId;
        return answer;
      });
      app.get('/v1/gate/proven', { config: { scope: 'gate:ask' } }, async (request) => ({
        bundle: await proven.list(provenPlace(request.query, principalOf(request))),
      }));
      app.get('/v1/decisions/:id', { config: { scope: 'decision:read' } }, (request) =>
        records.record(principalOf(request), String((request.params as { id?: unknown }).id)),
      );
      app.get('/v1/decisions', { config: { scope: 'decision:read' } }, (request) => records.list(principalOf(request), request.query));
    },
    resolvers: { Query: { evidenceOk: evidenceOk({ gate, settings: policy.settings, defaultEnvironment }) } },
    scopes: { 'Query.evidenceOk': 'gate:ask' },
    readiness: [
      {
        name: 'policy',
        async check() {
          const active = await store.activePolicy();
          if (active?.digest !== policy.digest)
            throw new GateError('POLICY_NOT_LOADED', `the active policy is ${active?.digest ?? 'none'}, loaded is ${policy.digest}`);
        },
      },
    ],
  };
}

/** `POST /v1/gate/rollout` without HTTP. @throws {GateError} `INVALID_QUESTION` (400), `FORBIDDEN` (403); nothing else */
export async function askRollout(
  gate: Gate,
  principal: Principal,
  body: unknown,
  { traceId, signal }: { readonly traceId?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<GateAnswer> {
  const question = parseQuestion(body, principal);
  const { dryRun = false } = body as GateQuestion;
  return (dryRun ? gate.dryRun : gate.ask)(question, {
    actor: principal.id,
    ...(traceId === undefined ? {} : { traceId }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const ProvenQuery = z.strictObject({ tenant: TenantId.optional(), service: ServiceName, environment: EnvironmentName });

/** @throws {GateError} `INVALID_QUESTION` (400) with every fault, `FORBIDDEN` (403) */
function provenPlace(query: unknown, principal: Principal): EnvironmentKey {
  requireScope(principal, 'gate:ask');
  const parsed = ProvenQuery.safeParse(query);
  if (!parsed.success) throw new GateError('INVALID_QUESTION', 'the query has faults', { faults: faultsOf(parsed.error), status: 400 });
  requireSubject(principal, parsed.data);
  const { service, environment } = parsed.data;
  return { tenant: principal.tenant, service, environment };
}

/** The registry comes with the routes, after the gate was made. */
function fromLater(counted: readonly GateEvents[]): GateEvents {
  return {
    onDecision(event) {
      for (const listener of counted) listener.onDecision?.(event);
    },
    onAnswer(event) {
      for (const listener of counted) listener.onAnswer?.(event);
    },
  };
}

function principalOf({ promotable }: RouteRequest): Principal {
  const principal = promotable?.principal ?? null;
  if (principal === null) throw new GateError('FORBIDDEN', 'this token does not allow it', { status: 403 });
  return principal;
}
