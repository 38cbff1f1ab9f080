// The adapter as a module of a server: one route, readiness, metrics. Depends on the server by shape only.
import { sha256Hex } from '@promotable/attest';
import { timingSafeEqual } from 'node:crypto';
import { GateError } from '../gate-error.ts';
import type { AdapterAnswer } from './adapter-answer.ts';
import type { AdapterEvents } from './adapter-events.ts';
import { adapterMetrics, type AdapterMetricFactory } from './adapter-metrics.ts';
import { createGateAdapter, type GateAdapter, type GateAdapterOptions } from './gate-adapter.ts';

/** The part of a request that the route reads. */
export interface AdapterRequest {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly promotable: {
    readonly trace: { readonly traceId: string };
    readonly signal: AbortSignal;
    provenanceId: string | null;
  } | null;
}

/** How the route behaves, as the server kit reads it. */
export interface AdapterRoutePolicy {
  readonly public: true;
  readonly timeoutMs: number;
  /** Beside every error: whoever reads a verdict out of it finds a hold. */
  readonly errorFields: { readonly verdict: 'hold' };
}

/** The part of a Fastify application that the route needs. */
export interface AdapterApplication {
  post(
    path: string,
    options: { config: AdapterRoutePolicy; bodyLimit: number },
    handler: (request: AdapterRequest) => Promise<AdapterAnswer>,
  ): unknown;
}

/** What an adapter in a server needs besides its own options. */
export interface GateAdapterModuleOptions<Registry = unknown> extends GateAdapterOptions {
  /** What callers must bring as their bearer token, read anew for each question. @default none: whoever reaches the port may ask */
  readonly callerToken?: () => Promise<string>;
  /** Makes metrics in the server's registry. @default no metrics */
  readonly metrics?: (registry: Registry) => AdapterMetricFactory;
  /** Environments that metrics show by name; every other one is `other`. @default ['production', 'staging'] */
  readonly metricEnvironments?: readonly string[];
}

/** A `ServerModule` of the server kit. */
export interface GateAdapterModule<Registry = unknown> {
  readonly name: string;
  readonly adapter: GateAdapter;
  routes(app: AdapterApplication, kit: { readonly metrics: Registry }): void;
  readonly readiness: readonly { readonly name: string; check(): Promise<void> }[];
  onClose(): void;
}

/** How often lists of proven digests are fetched, milliseconds. */
const refreshMs = 300_000;
/** A question is small: 256 digests and a few names. */
const questionBytes = 64 * 1024;
/** What an answer may take beyond the time for MC, milliseconds. */
const marginMs = 2000;

/** Mounts `POST /v1/gate/rollout` for rollout controllers. */
export function gateAdapterModule<Registry = unknown>({
  callerToken,
  metrics,
  metricEnvironments = ['production', 'staging'],
  listeners = [],
  ...options
}: GateAdapterModuleOptions<Registry>): GateAdapterModule<Registry> {
  const counted: AdapterEvents[] = [];
  const fromLater: AdapterEvents = {
    onAnswer(event) {
      for (const listener of counted) listener.onAnswer?.(event);
    },
    onHold(event) {
      for (const listener of counted) listener.onHold?.(event);
    },
  };
  const adapter = createGateAdapter({ ...options, listeners: [fromLater, ...listeners] });
  let timer: NodeJS.Timeout | null = null;
  const timeoutMs = (options.totalMs ?? 8000) + marginMs;
  return {
    name: 'gate-adapter',
    adapter,
    routes(app, kit) {
      if (metrics !== undefined)
        counted.push(adapterMetrics(metrics(kit.metrics), { holds: adapter.holds, environments: metricEnvironments }));
      timer ??= setInterval(() => void adapter.refresh(), refreshMs).unref();
      void adapter.refresh();
      const config: AdapterRoutePolicy = { public: true, timeoutMs, errorFields: { verdict: 'hold' } };
      app.post('/v1/gate/rollout', { config, bodyLimit: questionBytes }, async ({ body, headers, promotable }) => {
        if (callerToken !== undefined) await requireCaller(headers['authorization'], callerToken);
        const answer = await adapter.answer(
          body,
          promotable === null ? {} : { traceId: promotable.trace.traceId, signal: promotable.signal },
        );
        if (promotable !== null) promotable.provenanceId = answer.decisionId;
        return answer;
      });
    },
    readiness: [{ name: 'gate-client', check: () => adapter.ready() }],
    onClose() {
      if (timer !== null) clearInterval(timer);
    },
  };
}

/** Compared as digests, so that neither content nor length shows in the time it takes. @throws {GateError} `UNAUTHENTICATED` (401) */
async function requireCaller(header: unknown, callerToken: () => Promise<string>): Promise<void> {
  const given = typeof header === 'string' ? (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '') : '';
  const wanted = await callerToken();
  const isSame = timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(wanted)));
  if (wanted === '' || !isSame) throw new GateError('UNAUTHENTICATED', 'this adapter asks for a token', { status: 401 });
}
