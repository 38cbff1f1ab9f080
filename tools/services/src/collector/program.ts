import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { oneGoBuild } from '../installers/go-install.ts';
import { goToolchain } from '../installers/go-toolchain.ts';

/**
 * The sources of a collector with the OTLP receiver and the file exporter, as `builder` 0.164.0 wrote them from `builder.yaml`; their go.sum
 * pins every module. To write them anew: `builder --config builder.yaml --skip-strict-versioning --skip-compilation`, then `go build -mod=mod .`.
 */
const sources = join(import.meta.dirname, 'go');

/** Path of the OpenTelemetry collector 0.164.0. Built on the first call, two minutes. Throws `PART_UNAVAILABLE` with one line that says what to install. */
export async function collectorProgram(options: CacheOptions = {}): Promise<string> {
  const fill = async (directory: string, { say, signal }: { say: (line: string) => void; signal: AbortSignal }): Promise<void> => {
    const go = await goToolchain(options);
    const work = async (): Promise<void> => {
      say(`building from source with ${go} (about two minutes, once)`);
      const copy = join(directory, 'source');
      await cp(sources, copy, { recursive: true });
      await runProgram(go, ['build', '-p', '2', '-trimpath', '-mod=readonly', '-o', join(directory, 'otelcol'), '.'], {
        cwd: copy,
        signal,
        environment: { GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' },
      });
    };
    await oneGoBuild(options, work, say, signal);
  };
  return join(await cached({ name: 'otelcol', version: `0.164.0-${await digestOfSources()}`, fill }, options), 'otelcol');
}

/** Other sources are another program, with a place of its own in the cache. */
async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(sources)).sort()) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
}
