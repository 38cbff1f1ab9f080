import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

/** Path of the cosign 3.1.3 program. Built on the first call, about six minutes. Throws `PART_UNAVAILABLE` with one line that says what to install. */
export function cosign(options: CacheOptions = {}): Promise<string> {
  return goInstall(
    {
      name: 'cosign',
      module: 'github.com/sigstore/cosign/v3',
      package: 'cmd/cosign',
      version: '3.1.3',
      sum: 'h1:001JQRI/PJ/5T+g/kJ1KTvKFbb322+fomc+pHDZ/6sg=',
      takes: 'six minutes',
    },
    options,
  );
}
