// A command as a part of the pipeline's trace, where the pipeline says which: `TRACEPARENT`, the variable that OpenTelemetry names for it.
// https://opentelemetry.io/docs/specs/otel/context/env-carriers/
import manifest from '../package.json' with { type: 'json' };
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** A receiver that is away must not hold a pipeline up: one try, and the end of a command waits no longer than this, milliseconds. */
const deliveryMs = 700;
const shape = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Runs a command inside its span, where spans have a place to go; else passes the pipeline's trace on. Loads nothing without need. */
export async function traced(name: string, io: Io, work: (io: Io) => Promise<ExitCode>): Promise<ExitCode> {
  const { env } = io;
  const traceparent = shape.test(env['TRACEPARENT'] ?? '') ? env['TRACEPARENT'] : undefined;
  const untraced = traceparent === undefined ? io : { ...io, fetch: passingOn(traceparent, io.fetch) };
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT'] && !env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return work(untraced);
  const [{ startTracing }, { contextOfTraceparent, spansOf }] = await Promise.all([
    import('@promotable/telemetry/opentelemetry'),
    import('@promotable/telemetry/tracing'),
  ]);
  const started = await startTracing({ serviceName: 'mc', serviceVersion: manifest.version, env, timeoutMs: deliveryMs }).catch(String);
  if (typeof started === 'string') {
    // A verdict must not depend on whether somebody watches.
    io.stderr(`mc: no traces: ${started}\n`);
    return work(untraced);
  }
  try {
    return await spansOf('@promotable/mc').continued(contextOfTraceparent(traceparent), `mc ${name}`, async (span) => {
      const code = await work(io);
      span.setAttribute('process.exit.code', code);
      return code;
    });
  } finally {
    await started.shutdown();
  }
}

/** Without a span of our own, the pipeline's is the parent of what MC does. */
function passingOn(traceparent: string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('traceparent', traceparent);
    return fetch(input, { ...init, headers });
  };
}
