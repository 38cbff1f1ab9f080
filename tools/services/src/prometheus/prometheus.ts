import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { type RunningProcess, startProcess, type StartOptions } from '../process/start-process.ts';
import { prometheusPrograms } from './programs.ts';

export interface PrometheusOptions extends StartOptions, CacheOptions {
  /** `host:port` of each target that is scraped at `/metrics`, in a job named `test`. @default none */
  readonly targets?: readonly string[];
  /** Absolute paths of rule files to load. @default none */
  readonly rules?: readonly string[];
  /** The whole configuration (YAML, or JSON, which is YAML too) instead of `targets`, `rules` and `interval`. */
  readonly configuration?: string;
  /** How often targets are scraped and rules evaluated, as Prometheus writes durations. @default '1s' */
  readonly interval?: string;
}

/** A running Prometheus without authentication, on 127.0.0.1. */
export interface Prometheus extends RunningProcess {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
}

/** Starts Prometheus 2.42 or newer with an empty database. Throws `PART_UNAVAILABLE`, `START_FAILED` or `ABORTED`. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const { prometheus } = await prometheusPrograms(options);
  const running = await startProcess(
    {
      name: 'prometheus',
      readyMs: 30_000,
      async command({ directory, ports: [port] }) {
        const file = join(directory, 'prometheus.yml');
        await writeFile(file, options.configuration ?? configurationOf(options));
        const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
        return { program: prometheus, args: [...args, '--web.enable-lifecycle', '--log.level=warn'] };
      },
      async ready({ ports: [port] }, signal) {
        const response = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal });
        if (!response.ok) throw new Error(`not ready: ${response.status}`);
      },
    },
    options,
  );
  return { ...running, url: `http://127.0.0.1:${running.site.ports[0]}` };
}

function configurationOf({ targets = [], rules = [], interval = '1s' }: PrometheusOptions): string {
  return JSON.stringify({
    global: { scrape_interval: interval, evaluation_interval: interval, scrape_timeout: interval },
    rule_files: rules,
    scrape_configs: [{ job_name: 'test', static_configs: [{ targets }] }],
  });
}
