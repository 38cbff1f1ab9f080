import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly '@promotable/source': string; readonly import: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/**
 * How every package is built: ESM and types, one file per subpath of its `exports` (and per `bin`), so the manifest is the only list of entries.
 * Dependencies are never bundled. Chunks lie beside the entries, so `new URL('../migrations', import.meta.url)` in an entry holds in src and dist.
 */
export function library(directory: string) {
  return {
    entry: entries(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest),
    format: ['esm' as const],
    target: 'node22',
    platform: 'node' as const,
    dts: true,
    clean: true,
    splitting: true,
    skipNodeModulesBundle: true,
    silent: true,
    // `node:sqlite` exists under that name alone.
    removeNodeProtocol: false,
  };
}

function entries({ exports, bin = {} }: Manifest): Record<string, string> {
  const libraries = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [[target.import, target['@promotable/source']] as const],
  );
  const programs = Object.values(bin).map((target) => [target, target.replace('./dist/', './src/').replace(/\.js$/, '.ts')] as const);
  return Object.fromEntries(
    [...libraries, ...programs].map(([built, source]) => [built.replace('./dist/', '').replace(/\.js$/, ''), source]),
  );
}
