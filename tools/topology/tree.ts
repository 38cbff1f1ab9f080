import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One workspace member with the text of its sources, keyed by path relative to the root. */
export interface Member {
  /** Relative to the root, as `packages/gate`. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, string>;
}

/** Something that breaks a rule. */
export interface Fault {
  readonly rule: string;
  /** File or manifest, relative to the root. */
  readonly where: string;
  readonly what: string;
}

const skipped = new Set(['node_modules', 'dist', 'generated', 'coverage', 'reports']);
const sourceFile = /\.(ts|tsx|mts|js|mjs)$/;

/** Reads every member below the four folders that hold them. */
export function readTree(root: string): Member[] {
  const children = (folder: string): string[] => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  return [...children('packages'), 'policies', 'bench', ...children('examples'), ...children('tools')]
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .map((directory) => ({
      directory,
      manifest: JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest,
      files: new Map(sources(join(root, directory)).map((file) => [relative(root, file), readFileSync(file, 'utf8')])),
    }));
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sources(path);
    return entry.isFile() && sourceFile.test(entry.name) ? [path] : [];
  });
}

/** Tests, their fixtures, conformance suites and scripts: they ship nowhere and may use development dependencies. */
export function isDevelopment(file: string): boolean {
  return /\.(test|fixture|bench)\.[a-z]+$|\/(fixtures|testing|scripts)\/|\/(testing|conformance)\.ts$|-conformance\.ts$|^tools\//.test(
    file,
  );
}

/** Files that a tool loads by name and expects a default export from. */
export function isConfiguration(file: string): boolean {
  return /\.config(\.base)?\.ts$/.test(file);
}
