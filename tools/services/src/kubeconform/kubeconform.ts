import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

export const kubeconformVersion = '0.8.0';

/**
 * Path of the kubeconform program. Built on the first call, in seconds. Throws `PART_UNAVAILABLE` with one line that says what to install.
 * Run it with `-schema-location` of {@link kubernetesSchemas}: by default it asks the network for its schemas.
 */
export function kubeconform(options: CacheOptions = {}): Promise<string> {
  const program = { name: 'kubeconform', module: 'github.com/yannh/kubeconform', package: 'cmd/kubeconform' };
  const sum = 'h1:loDYd3a3spjIFrauqW67CDKF55Oo9R6uvC8AvpVd4ug=';
  return goInstall({ ...program, version: kubeconformVersion, sum, takes: 'half a minute' }, options);
}
