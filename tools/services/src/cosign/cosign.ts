import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

export const cosignVersion = '3.1.3';

/**
 * Path of the cosign program: what `COSIGN_PATH` says, else our own, built on the first call, about six minutes.
 * Throws `PART_UNAVAILABLE` with one line that says what to install.
 */
export async function cosign(options: CacheOptions = {}): Promise<string> {
  const given = process.env['COSIGN_PATH'];
  if (given) return given;
  const sum = 'h1:001JQRI/PJ/5T+g/kJ1KTvKFbb322+fomc+pHDZ/6sg=';
  const program = { name: 'cosign', module: 'github.com/sigstore/cosign/v3', package: 'cmd/cosign', version: cosignVersion };
  return goInstall({ ...program, sum, takes: 'six minutes' }, options);
}
