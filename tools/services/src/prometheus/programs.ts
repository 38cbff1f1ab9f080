import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { debianPackages } from '../installers/debian-packages.ts';
import { onPath } from '../installers/on-path.ts';

/** Absolute paths of the two programs, of one version. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/** Installed programs of version 2.42 or newer; null when PATH has none. */
export async function findPrometheus(): Promise<PrometheusPrograms | null> {
  const prometheus = onPath('prometheus');
  const promtool = onPath('promtool');
  if (prometheus === null || promtool === null) return null;
  const version = await runProgram(prometheus, ['--version'], { withErrors: true }).catch(() => '');
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 42) ? { prometheus, promtool } : null;
}

/** Those on PATH, else Debian's 2.42 in the cache. Throws `PART_UNAVAILABLE` when neither can be had. */
export async function prometheusPrograms(options: CacheOptions = {}): Promise<PrometheusPrograms> {
  const installed = await findPrometheus();
  if (installed !== null) return installed;
  const part = { name: 'prometheus', version: '2.42', packages: ['prometheus'], withDependencies: false };
  const directory = await debianPackages(part, options);
  return { prometheus: join(directory, 'usr/bin/prometheus'), promtool: join(directory, 'usr/bin/promtool') };
}
