// The process of Mission Control: one JSON line on stdout when it is ready, logs on stderr, one line of what to do when it cannot start.
import { isCodedError } from '@promotable/contracts';
import { createJsonLog } from '@promotable/server-kit';
import { startTracing, type Tracing } from '@promotable/telemetry/opentelemetry';
import manifest from '../package.json' with { type: 'json' };
import { readConfiguration } from './configuration.ts';
import { type MissionControl, startMissionControl } from './mission-control.ts';

/** Codes of what its caller got wrong; everything else is ours or the machine's. */
const usageCodes: ReadonlySet<string> = new Set([
  'CONFIGURATION_INVALID',
  'DEVELOPMENT_ONLY',
  'KEYS_UNUSABLE',
  'INVALID_OPTIONS',
  'LAYER_INVALID',
  'LAYER_UNKNOWN',
  'LAYER_DEVELOPMENT_ONLY',
  'TRACING_UNAVAILABLE',
]);

/** Longest time for one delivery of spans, and for the last one when MC ends, milliseconds. */
const deliveryMs = 5000;

async function main(): Promise<void> {
  const stop = new AbortController();
  let running: MissionControl | null = null;
  let tracing: Tracing | null = null;
  const end = (): void => {
    if (running === null) stop.abort();
    else
      void running
        .stop()
        .then(() => tracing?.shutdown())
        .catch(report);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  // Started with an IPC channel, MC ends with whoever started it, however that ended; the channel itself keeps nothing alive.
  process.on('disconnect', end);
  process.channel?.unref();
  const configuration = readConfiguration(process.argv.slice(2), process.env);
  const log = createJsonLog({ level: configuration.logLevel, destination: process.stderr });
  tracing = await startTracing({
    serviceName: 'mission-control',
    serviceVersion: manifest.version,
    environment: configuration.production ? 'production' : 'development',
    timeoutMs: deliveryMs,
  });
  running = await startMissionControl(configuration, { log, sampling: tracing.sampling, signal: stop.signal });
  if (stop.signal.aborted) return running.stop();
  if (running.notice !== null) process.stderr.write(`mission control: ${running.notice}\n`);
  process.stdout.write(
    `${JSON.stringify({ event: 'ready', url: running.url, data: configuration.data, layer: configuration.policyLayer })}\n`,
  );
}

/** Never a stack trace: it helps nobody who starts a server. */
function report(error: unknown): void {
  const code = isCodedError(error) ? error.code : 'INTERNAL';
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  process.stderr.write(`mission control: ${code}: ${message}\n`);
  process.exitCode = usageCodes.has(code) ? 2 : 3;
}

main().catch(report);
