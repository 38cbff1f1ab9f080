import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackedPackage } from './pack.ts';
import { runProgram } from './run-program.ts';

/** Without a network npm would retry for more than a minute. */
const impatience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/**
 * An empty project of somebody who knows nothing of this workspace: npm installs the tarballs, and what they depend on from the registry
 * or npm's cache. Each tarball is named, because the registry has none of these versions.
 */
export async function strangersProject(
  directory: string,
  packed: readonly PackedPackage[],
  others: Readonly<Record<string, string>> = {},
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const tarballs = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const manifest = { name: 'stranger', version: '1.0.0', private: true, type: 'module', dependencies: { ...tarballs, ...others } };
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest, null, 2));
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...impatience];
  const { exitCode, output } = await runProgram('npm', args, { cwd: directory, timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(`npm install failed:\n${output}`);
  return directory;
}
