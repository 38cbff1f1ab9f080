import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { type RunningProcess, startProcess, type StartOptions } from '../process/start-process.ts';
import { collectorProgram } from './program.ts';
import { type CollectedSpan, readSpans } from './spans.ts';

/** A running OpenTelemetry collector that takes OTLP over HTTP and keeps what it gets in a file. */
export interface Collector extends RunningProcess {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** What has arrived so far. */
  spans(): Promise<readonly CollectedSpan[]>;
}

/** Starts the collector 0.164.0. Throws `PART_UNAVAILABLE`, `START_FAILED` or `ABORTED`. */
export async function startCollector(options: StartOptions & CacheOptions = {}): Promise<Collector> {
  const program = await collectorProgram(options);
  const running = await startProcess(
    {
      name: 'otelcol',
      readyMs: 30_000,
      async command({ directory, ports: [port] }) {
        const file = join(directory, 'collector.yaml');
        await writeFile(file, JSON.stringify(configurationOf(directory, port)));
        return { program, args: ['--config', file] };
      },
      ready: /Everything is ready/,
    },
    options,
  );
  const { directory, ports } = running.site;
  return {
    ...running,
    endpoint: `http://127.0.0.1:${ports[0]}`,
    spans: async () => readSpans(await readFile(tracesIn(directory), 'utf8').catch(() => '')),
  };
}

function tracesIn(directory: string): string {
  return join(directory, 'traces.jsonl');
}

function configurationOf(directory: string, port: number): object {
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { file: { path: tracesIn(directory), flush_interval: '100ms' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['file'] } },
    },
  };
}
