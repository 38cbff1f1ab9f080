import type { CacheOptions } from '../cache/cache.ts';
import { goInstall } from '../installers/go-install.ts';

export const actionlintVersion = '1.7.12';

/**
 * Path of the actionlint program, which checks workflows of GitHub Actions. Built on the first call, in half a minute. Throws `PART_UNAVAILABLE`
 * with one line that says what to install. Run it with `-shellcheck= -pyflakes=`: else what it says depends on what else is installed.
 */
export function actionlint(options: CacheOptions = {}): Promise<string> {
  const program = { name: 'actionlint', module: 'github.com/rhysd/actionlint', package: 'cmd/actionlint' };
  const sum = 'h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=';
  return goInstall({ ...program, version: actionlintVersion, sum, takes: 'half a minute' }, options);
}
