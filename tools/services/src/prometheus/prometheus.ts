import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { type RunningProcess, startProcess, type StartOptions } from '../process/start-process.ts';
import { ServicesError } from '../services-error.ts';
import { prometheusPrograms } from './programs.ts';
import { promtool } from './promtool.ts';

export interface PrometheusOptions extends StartOptions, CacheOptions {
  /** `host:port` of each target that is scraped at `/metrics`, in a job named `test`. @default none */
  readonly targets?: readonly string[];
  /** Absolute paths of rule files to load. @default none */
  readonly rules?: readonly string[];
  /** The whole configuration (YAML, or JSON, which is YAML too) instead of `targets`, `rules` and `interval`. */
  readonly configuration?: string;
  /** How often targets are scraped and rules evaluated, as Prometheus writes durations. @default '1s' */
  readonly interval?: string;
  /** Samples that it has from the start, in the OpenMetrics format with timestamps, ended by `# EOF`. @default none */
  readonly history?: string;
  /** Further arguments, such as `--enable-feature=native-histograms`. @default none */
  readonly flags?: readonly string[];
}

/** A running Prometheus without authentication, on 127.0.0.1. */
export interface Prometheus extends RunningProcess {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
}

/** Starts Prometheus 2.42 or newer with an empty database, or one that holds `history`. Throws `PART_UNAVAILABLE`, `START_FAILED` or `ABORTED`. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const { prometheus } = await prometheusPrograms(options);
  const running = await startProcess(
    {
      name: 'prometheus',
      readyMs: 30_000,
      async command({ directory, ports: [port] }) {
        const file = join(directory, 'prometheus.yml');
        await writeFile(file, options.configuration ?? configurationOf(options));
        const data = join(directory, 'data');
        if (options.history !== undefined) await writeHistory(options.history, { directory, data, options });
        const args = [`--config.file=${file}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`];
        return { program: prometheus, args: [...args, '--web.enable-lifecycle', '--log.level=warn', ...(options.flags ?? [])] };
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

async function writeHistory(
  history: string,
  { directory, data, options }: { readonly directory: string; readonly data: string; readonly options: PrometheusOptions },
): Promise<void> {
  const file = join(directory, 'history.txt');
  await writeFile(file, history);
  // It reads the whole file once for each block, and makes one for every two hours unless told otherwise.
  const blocks = ['tsdb', 'create-blocks-from', '--max-block-duration=720h', 'openmetrics', file, data];
  const { exitCode, output } = await promtool(blocks, options);
  if (exitCode !== 0) throw new ServicesError('START_FAILED', `prometheus does not accept the history: ${output}`);
}

function configurationOf({ targets = [], rules = [], interval = '1s' }: PrometheusOptions): string {
  return JSON.stringify({
    global: { scrape_interval: interval, evaluation_interval: interval, scrape_timeout: interval },
    rule_files: rules,
    scrape_configs: [{ job_name: 'test', static_configs: [{ targets }] }],
  });
}
