import type { ServiceEnvironment } from '../catalogue/service.ts';

/** One `export NAME='value'` per variable, for `eval` in a POSIX shell. */
export function exportLines(environment: ServiceEnvironment): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
