import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { codeEntries } from '../published-package.ts';

/** What ships besides code: files that are read at run time, or by other programs. */
const data: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  '@promotable/contracts': { graphql: /\.graphql$/, operations: /(\.graphql|\/manifest\.json)$/, schemas: /\.json$/ },
  '@promotable/gate': { migrations: /\.sql$/ },
  '@promotable/governance': { migrations: /\.sql$/ },
  '@promotable/ledger': { migrations: /\.sql$/ },
  '@promotable/notify': { migrations: /\.sql$/ },
  '@promotable/policies': { bundle: /\.(json|wasm)$/, data: /\.json$/, rego: /^(?!.*(_test\.rego$|\/fixture\/)).*\.rego$/ },
  '@promotable/sdk-evidence': { migrations: /\.sql$/ },
  '@promotable/server-kit': { migrations: /\.sql$/ },
};

/** Code or declarations that several entries share; tsup puts a hash of the content into the name. */
const sharedFile = /^dist\/(chunk-[A-Z0-9]+\.js|[\w.-]+-[\w-]{8}\.(js|d\.ts))$/;

/**
 * A tarball holds exactly: manifest, README, LICENSE, the built entries with their declarations, files that these share, and the
 * data. No sources, no tests, and no source maps: what is built is not minified, and maps would double the size.
 */
export function tarballContents(root: string, packed: PackedPackage): Fault[] {
  const { manifest, directory, files } = packed;
  const built = [...codeEntries(packed).map((entry) => entry.built), ...Object.values(manifest.bin ?? {})].map((path) => path.slice(2));
  const expected = new Set([
    ...['package.json', 'README.md', 'LICENSE'],
    ...built,
    ...codeEntries(packed).map((entry) => entry.built.slice(2).replace(/\.js$/, '.d.ts')),
    ...Object.entries(data[manifest.name] ?? {}).flatMap(([folder, names]) => dataFiles(join(root, directory), folder, names)),
  ]);
  // A program has declarations too, because tsup makes them for each entry.
  const optional = new Set(Object.values(manifest.bin ?? {}).map((path) => path.slice(2).replace(/\.js$/, '.d.ts')));
  const fault = (path: string, message: string): Fault => ({ subject: manifest.name, path, message });
  return [
    ...files
      .filter((file) => !expected.has(file) && !optional.has(file) && !sharedFile.test(file))
      .map((file) => fault(file, 'must not ship')),
    ...[...expected].filter((file) => !files.includes(file)).map((file) => fault(file, 'is missing in the tarball')),
  ];
}

function dataFiles(directory: string, folder: string, names: RegExp): string[] {
  return readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((file) => names.test(file));
}
