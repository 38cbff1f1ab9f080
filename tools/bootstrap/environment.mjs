import { delimiter } from 'node:path';

/** Settings of npm that say how to reach a registry; everything else that `npm run` exports would leak into the tools below it. */
const kept =
  /^(npm_config_(registry|cache|(https?_?|no_?)proxy|proxy|cafile|ca|cert|key|strict_ssl|userconfig|globalconfig)$|npm_config_(@|_*\/\/))/i;

/**
 * The environment for everything that runs inside the toolchain.
 * @param {NodeJS.ProcessEnv} environment @param {readonly string[]} directories put first on PATH
 */
export function toolchainEnvironment(environment, directories) {
  const result = Object.fromEntries(Object.entries(environment).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
  const registry = environment['npm_config_registry'];
  if (registry !== undefined) result['pnpm_config_registry'] = registry;
  result['PATH'] = [...directories, environment['PATH'] ?? ''].join(delimiter);
  return result;
}
