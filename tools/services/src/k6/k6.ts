import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

export const k6Version = '1.8.1';

/**
 * Path of the k6 program. Built on the first call, about two minutes. Throws `PART_UNAVAILABLE` with one line that says what to install.
 * Run it with `--no-usage-report` and `--address ''`: else it tells its vendor, and opens port 6565. A crossed threshold is exit code 99.
 */
export function k6(options: CacheOptions = {}): Promise<string> {
  const sum = 'h1:orZsbZ2Od0CVZICs9YpTgkKcxfPghJW8VZtwg0cj8H8=';
  return goInstall({ name: 'k6', module: 'go.k6.io/k6', version: k6Version, sum, takes: 'two minutes' }, options);
}
