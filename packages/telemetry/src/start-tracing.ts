// The tracing SDK of a program: loaded only where spans have a place to go.
// The parts are named one by one: `sdk-node` brings gRPC, Zipkin and instrumentation along, and takes three times as long to load.
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { endedSpan } from './ended-span.ts';
import { TelemetryError } from './errors.ts';
import { headSampling, type HeadSampling, nothingSampled } from './head-sampling.ts';
import { pipelineAttributes } from './pipeline-attributes.ts';
import { type Environment, isSamplingRatio, leastSamplingRatio, tracingEnvironment } from './tracing-environment.ts';

/** What a process says of itself in its traces. */
export interface StartTracingOptions {
  /** `service.name`; `OTEL_SERVICE_NAME` comes first. */
  readonly serviceName: string;
  /** `service.version`. @default not stated */
  readonly serviceVersion?: string;
  /** `deployment.environment.name`, such as `production`. @default not stated */
  readonly environment?: string;
  /** Share of traces kept where no caller has decided, 0.1 to 1; `OTEL_TRACES_SAMPLER_ARG` comes first. @default 0.1 */
  readonly samplingRatio?: number;
  /** Standard variables: `OTEL_EXPORTER_OTLP_ENDPOINT`, `…_HEADERS`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SDK_DISABLED` and their like. @default process.env */
  readonly env?: Environment;
  /** Longest time for one delivery and for {@link Tracing.shutdown}, milliseconds. Below 800 nothing is delivered a second time. @default 10_000 */
  readonly timeoutMs?: number;
  /** Takes the spans instead of an OTLP receiver. @default by OTLP over HTTP to the endpoint of `env` */
  readonly exporter?: SpanExporter;
}

/** Tracing of a process, to be ended with it. */
export interface Tracing {
  /** False where no endpoint is set: nothing was loaded. */
  readonly active: boolean;
  /** For a server that begins traces, so that what is not kept costs nothing: `createServer({ sampling })` of the server kit. */
  readonly sampling: HeadSampling;
  /** Delivers what is left, within `timeoutMs`, and ends; a receiver that is away is no error. */
  shutdown(): Promise<void>;
}

/**
 * Starts OpenTelemetry for this process: W3C Trace Context, head sampling by the caller's decision, else by ratio; OTLP over HTTP.
 * @throws {TelemetryError} `INVALID_TRACING` with every fault, `TRACING_UNAVAILABLE` naming what to install, `TRACING_STARTED` when something else has
 */
export async function startTracing(options: StartTracingOptions): Promise<Tracing> {
  const { serviceVersion, environment, env = process.env, timeoutMs = 10_000 } = options;
  const { url, headers, serviceName, resource, samplingRatio } = tracingEnvironment(env);
  if (url === null && options.exporter === undefined) return { active: false, sampling: nothingSampled, shutdown: async () => undefined };
  const ratio = samplingRatio ?? options.samplingRatio ?? leastSamplingRatio;
  if (!isSamplingRatio(ratio))
    throw new TelemetryError('INVALID_TRACING', `samplingRatio must be from ${leastSamplingRatio} to 1, not ${ratio}`);
  const { api, sdk, otlp, resources, core, hooks } = await load();
  const exporter =
    options.exporter ?? new otlp.OTLPTraceExporter({ ...(url === null ? {} : { url }), headers: { ...headers }, timeoutMillis: timeoutMs });
  const { sampling, ...decided } = headSampling(sdk, ratio);
  const processor = new sdk.BatchSpanProcessor({ exporter, exportTimeoutMillis: timeoutMs });
  const origin = resources.resourceFromAttributes({
    ...pipelineAttributes(env),
    ...(serviceVersion === undefined ? {} : { 'service.version': serviceVersion }),
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
    ...resource,
    'service.name': serviceName ?? resource['service.name'] ?? options.serviceName,
  });
  const provider = new sdk.TracerProvider({ ...decided, spanProcessors: [processor], resource: origin });
  if (!api.trace.setGlobalTracerProvider(provider))
    throw new TelemetryError('TRACING_STARTED', 'OpenTelemetry was started in this process already; start it once.');
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  return {
    active: true,
    sampling: { ...sampling, record: (scope, request) => processor.onEnd(endedSpan(scope, origin, request)) },
    async shutdown() {
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
      await within(timeoutMs, provider.shutdown());
    },
  };
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const time = Promise.withResolvers<void>();
  const timer = setTimeout(time.resolve, milliseconds);
  await Promise.race([work.catch(() => undefined), time.promise]);
  clearTimeout(timer);
}

async function load() {
  try {
    const [api, sdk, otlp, resources, core, hooks] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/core'),
      import('@opentelemetry/context-async-hooks'),
    ]);
    return { api, sdk, otlp, resources, core, hooks };
  } catch (cause) {
    const packages = ['sdk-trace', 'exporter-trace-otlp-http', 'resources', 'core', 'context-async-hooks'];
    throw new TelemetryError(
      'TRACING_UNAVAILABLE',
      `An OTLP endpoint is set and OpenTelemetry is not installed: npm install ${packages.map((name) => `@opentelemetry/${name}`).join(' ')}.`,
      { cause },
    );
  }
}
