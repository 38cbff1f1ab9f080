import type { CacheOptions } from '../cache/cache.ts';
import { goInstall, type GoProgram } from '../installers/go-install.ts';

const program: GoProgram = {
  name: 'opa',
  module: 'github.com/open-policy-agent/opa',
  version: '1.22.0',
  sum: 'h1:CwxTSHfk5GmA1CaySVWyxRvggY2xZYxKL6bhDuWOCuU=',
  takes: 'two minutes',
};

/**
 * Path of the OPA 1.22.0 program: the user's OPA_PATH, else one that the first call builds from its source with Go and later ones find in the
 * cache. Throws `PART_UNAVAILABLE`.
 */
export async function resolveOpa(options: CacheOptions = {}): Promise<string> {
  return process.env['OPA_PATH'] || goInstall(program, options);
}
