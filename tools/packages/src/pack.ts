import { join } from 'node:path';
import type { PublishedPackage } from './published-package.ts';
import { runProgram } from './run-program.ts';

/** A package as it would be published. */
export interface PackedPackage extends PublishedPackage {
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Paths inside it, sorted. */
  readonly files: readonly string[];
  /** Bytes of the tarball. */
  readonly size: number;
}

interface PackResult {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs what the build left in `dist`; pnpm replaces `workspace:` and `catalog:`, and `.pnpmfile.mjs` takes out what only the workspace uses. */
export async function pack(root: string, published: PublishedPackage, destination: string): Promise<PackedPackage> {
  const cwd = join(root, published.directory);
  const { exitCode, stdout, output } = await runProgram('pnpm', ['pack', '--json', '--pack-destination', destination], { cwd });
  if (exitCode !== 0) throw new Error(`pnpm pack of ${published.manifest.name} failed:\n${output}`);
  const { filename, files, size } = JSON.parse(stdout) as PackResult;
  return { ...published, tarball: filename, size, files: files.map(({ path }) => path).sort() };
}
