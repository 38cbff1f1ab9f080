import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { oneGoBuild } from './go-install.ts';
import { goToolchain } from './go-toolchain.ts';

/** A program of our own few lines of Go; its committed `go.sum` pins every module. */
export interface GoSources {
  /** Name of the program, and of its directory in the cache. */
  readonly name: string;
  /** Of what it is made of, for people: its directory in the cache is named by it and by the digest of the sources. */
  readonly version: string;
  /** Absolute path of the folder with `go.mod`, `go.sum` and the sources. */
  readonly sources: string;
  /** About how long the build takes on two cores, for the line of progress. */
  readonly takes: string;
}

/** Path of the program, built on the first call and kept. Throws like {@link cached}. */
export async function goSources({ name, version, sources, takes }: GoSources, options: CacheOptions = {}): Promise<string> {
  const fill = async (directory: string, { say, signal }: { say: (line: string) => void; signal: AbortSignal }): Promise<void> => {
    const go = await goToolchain(options);
    const work = async (): Promise<void> => {
      say(`building from source with ${go} (about ${takes}, once)`);
      const copy = join(directory, 'source');
      await cp(sources, copy, { recursive: true });
      await runProgram(go, ['build', '-p', '2', '-trimpath', '-mod=readonly', '-o', join(directory, name), '.'], {
        cwd: copy,
        signal,
        environment: { GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' },
      });
    };
    await oneGoBuild(options, work, say, signal);
  };
  return join(await cached({ name, version: `${version}-${await digestOf(sources)}`, fill }, options), name);
}

/** Other sources are another program, with a place of its own in the cache. */
async function digestOf(sources: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(sources)).sort()) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
}
