import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands in a package.json, as far as it is judged here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly [field: string]: unknown;
}

/** A member of the workspace that is published. */
export interface PublishedPackage {
  /** Relative to the root, as `packages/gate`. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** One subpath of `exports` that is code. */
export interface CodeEntry {
  /** As it is imported: `@promotable/gate/client`. */
  readonly specifier: string;
  /** Source file, relative to the package. */
  readonly source: string;
  /** Built file, relative to the package. */
  readonly built: string;
}

/** The published packages, in the order of their directories. */
export function publishedPackages(root: string): PublishedPackage[] {
  return [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'policies']
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .map((directory) => ({ directory, manifest: JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** The subpaths that are code; the others are data files. */
export function codeEntries({ manifest }: PublishedPackage): CodeEntry[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === 'string'
      ? []
      : [{ specifier: specifierOf(manifest, subpath), source: target['@promotable/source'] ?? '', built: target['import'] ?? '' }],
  );
}

/** How a subpath of `exports` is written in an import. */
export function specifierOf({ name }: Manifest, subpath: string): string {
  return name + subpath.slice(1);
}
