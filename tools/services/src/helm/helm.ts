import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

export const helmVersion = '3.22.0';

/** Path of the helm program. Built on the first call, about three minutes. Throws `PART_UNAVAILABLE` with one line that says what to install. */
export function helm(options: CacheOptions = {}): Promise<string> {
  const sum = 'h1:n1if5iQgHYsujPAcO5oonH/KiSNUmqmUF0iGVjSF3AU=';
  return goInstall(
    { name: 'helm', module: 'helm.sh/helm/v3', package: 'cmd/helm', version: helmVersion, sum, takes: 'three minutes' },
    options,
  );
}
