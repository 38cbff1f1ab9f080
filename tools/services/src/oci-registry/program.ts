import { join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { goSources } from '../installers/go-sources.ts';

export const ociRegistryVersion = '0.22.1';

/** Path of the registry of go-containerregistry 0.22.1 behind a few lines of ours. Built on the first call, within a minute. */
export function ociRegistryProgram(options: CacheOptions = {}): Promise<string> {
  const sources = join(import.meta.dirname, 'go');
  return goSources({ name: 'oci-registry', version: ociRegistryVersion, sources, takes: 'a minute' }, options);
}
