import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../../bootstrap/lock.mjs';
import { cacheDirectory, cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { goToolchain } from './go-toolchain.ts';

/** A program that is built from a published Go module. */
export interface GoProgram {
  /** Name of the program, and of its directory in the cache. */
  readonly name: string;
  /** Module path, for example `github.com/open-policy-agent/opa`. */
  readonly module: string;
  /** Package of the program below the module, for example `cmd/cosign`. @default the module's root */
  readonly package?: string;
  /** Version of the module without the `v`. */
  readonly version: string;
  /** The module's checksum as `go.sum` has it: `h1:…`. Every other module must have the checksum that this one's own `go.sum` says. */
  readonly sum: string;
  /** About how long the build takes on two cores, for the line of progress. */
  readonly takes: string;
}

/**
 * Path of the program, built on the first call and kept. Only one Go build runs at a time per cache, whoever asks.
 * What went into the binary is compared with {@link GoProgram.sum} before it ever runs. Throws like {@link cached}.
 */
export async function goInstall(program: GoProgram, options: CacheOptions = {}): Promise<string> {
  const { name, version, takes } = program;
  const fill = async (directory: string, { say, signal }: { say: (line: string) => void; signal: AbortSignal }): Promise<void> => {
    const go = await goToolchain(options);
    const work = async (): Promise<void> => {
      say(`building from source with ${go} (about ${takes}, once)`);
      const source = [program.module, program.package].filter((part) => part !== undefined).join('/');
      await runProgram(go, ['install', '-p', '2', '-trimpath', `${source}@v${version}`], {
        signal,
        environment: { GOBIN: directory, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
      });
      await verifyModules(go, join(directory, name), program, signal);
    };
    await oneGoBuild(options, work, say, signal);
  };
  return join(await cached({ name, version, fill }, options), name);
}

/** Two Go builds at once need twice the memory and no less time. */
export function oneGoBuild<T>(options: CacheOptions, work: () => Promise<T>, say: (line: string) => void, signal: AbortSignal): Promise<T> {
  return withLock(join(cacheDirectory(options), 'go-build.lock'), work, () => say('waiting for another Go build'), signal);
}

/** Go writes into a binary which modules it was built from; the checksum database of Go need not be reachable for this. */
async function verifyModules(go: string, binary: string, { module, version, sum }: GoProgram, signal: AbortSignal): Promise<void> {
  const info = await runProgram(go, ['version', '-m', binary], { signal });
  const lines = info.split('\n').map((line) => line.trim().split('\t'));
  const own = lines.find(([kind]) => kind === 'mod');
  if (own?.[1] !== module || own[2] !== `v${version}` || own[3] !== sum) {
    throw new Error(`the build is ${own?.slice(1).join(' ') ?? 'of no module'}, expected ${module} v${version} ${sum}`);
  }
  const { Dir } = JSON.parse(await runProgram(go, ['mod', 'download', '-json', `${module}@v${version}`], { signal })) as { Dir: string };
  const known = new Set((await readFile(join(Dir, 'go.sum'), 'utf8')).split('\n'));
  const dependencies = lines.filter(([kind]) => kind === 'dep' || kind === '=>').map((line) => line.slice(1).join(' '));
  const wrong = dependencies.filter((line) => !known.has(line));
  if (wrong.length > 0) throw new Error(`the build contains modules that its go.sum does not know: ${wrong.join(', ')}`);
}
