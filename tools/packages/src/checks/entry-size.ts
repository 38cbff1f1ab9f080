import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import filePlugin from '@size-limit/file';
import { build, type Metafile } from 'esbuild';
import sizeLimit from 'size-limit';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { codeEntries } from '../published-package.ts';
import { entryLimits } from '../entry-limits.ts';

/**
 * Bytes, minified and compressed with brotli, of our own code that importing each entry loads: siblings included, dependencies of others and
 * what is imported on demand not.
 */
export async function entrySizes(project: string, packed: readonly PackedPackage[]): Promise<ReadonlyMap<string, number>> {
  const entries = packed.flatMap(codeEntries).filter(({ specifier }) => !specifier.endsWith('/testing'));
  const directory = join(project, 'sizes');
  mkdirSync(directory);
  const points = entries.map(({ specifier }) => {
    const file = join(directory, `${specifier.replaceAll(/\W+/g, '-').slice(1)}.js`);
    writeFileSync(file, `export * from '${specifier}';\n`);
    return { specifier, file };
  });
  const third = new Set(packed.flatMap(({ manifest }) => Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })));
  const external = [...third].filter((name) => !name.startsWith('@promotable/')).flatMap((name) => [name, `${name}/*`]);
  const outdir = join(directory, 'out');
  const { metafile } = await build({
    ...{ entryPoints: points.map(({ file }) => file), outdir, bundle: true, splitting: true, minify: true, metafile: true },
    ...{ format: 'esm', platform: 'node', target: 'node22', external, absWorkingDir: project, logLevel: 'silent' },
  });
  const outputs = points.map(({ file }) => loadedWith(metafile, file.slice(project.length + 1)).map((path) => join(project, path)));
  const measured = await Promise.all(
    outputs.map(async (files) => (await sizeLimit([filePlugin], files)) as readonly { readonly size: number }[]),
  );
  return new Map(points.map(({ specifier }, index) => [specifier, measured[index]?.[0]?.size ?? Number.POSITIVE_INFINITY]));
}

/** No entry grows beyond its limit, and none is without. */
export async function sizeFaults(project: string, packed: readonly PackedPackage[]): Promise<Fault[]> {
  const sizes = await entrySizes(project, packed);
  const unknown = Object.keys(entryLimits).filter((specifier) => !sizes.has(specifier));
  return [
    ...[...sizes].flatMap(([specifier, size]) => {
      const limit = entryLimits[specifier];
      if (limit === undefined) return [{ subject: specifier, path: 'entry-limits.ts', message: `has no limit; its size is ${size} bytes` }];
      return size <= limit ? [] : [{ subject: specifier, path: 'entry-limits.ts', message: `takes ${size} bytes, more than ${limit}` }];
    }),
    ...unknown.map((specifier) => ({ subject: specifier, path: 'entry-limits.ts', message: 'is no entry of a package' })),
  ];
}

/** The output of an entry and those that it imports statically. */
function loadedWith({ outputs }: Metafile, entry: string): string[] {
  const start = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry)?.[0];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: to, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) visit(to);
  };
  if (start !== undefined) visit(start);
  return [...seen];
}
