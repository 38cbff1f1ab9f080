import type { CacheOptions } from '../cache/cache.ts';
import { goInstall, type GoProgram } from '../installers/go-install.ts';

const program: GoProgram = {
  name: 'opa',
  module: 'github.com/open-policy-agent/opa',
  version: '1.22.0',
  sum: 'h1:CwxTSHfk5GmA1CaySVWyxRvggY2xZYxKL6bhDuWOCuU=',
  takes: 'two minutes',
};

/** Path of the OPA 1.22.0 program. The first call builds it from its source with Go; later ones find it in the cache. Throws `PART_UNAVAILABLE`. */
export function resolveOpa(options: CacheOptions = {}): Promise<string> {
  return goInstall(program, options);
}
