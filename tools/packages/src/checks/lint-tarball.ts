import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { runProgram } from '../run-program.ts';

/** What publint, in its strict mode, finds in the tarball. */
export async function publintFaults({ manifest, tarball }: PackedPackage): Promise<Fault[]> {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  return messages.map((message) => ({
    subject: manifest.name,
    path: `package.json ${message.path.join('.')}`,
    message: `publint ${message.code}: ${formatMessage(message, pkg) ?? ''}`,
  }));
}

const attwStart = join(dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');

/** What @arethetypeswrong finds: each code entry must resolve, with its types, for importers of ESM and for bundlers. */
export async function attwFaults({ manifest, tarball }: PackedPackage): Promise<Fault[]> {
  const dataFiles = Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => (typeof target === 'string' ? [subpath] : []));
  const excluded = dataFiles.length > 0 ? ['--exclude-entrypoints', ...dataFiles.map((path) => path.slice(2))] : [];
  const args = [attwStart, tarball, '--profile', 'esm-only', '--no-color', '--format', 'ascii', ...excluded];
  const { exitCode, output } = await runProgram(process.execPath, args, { cwd: dirname(tarball) });
  return exitCode === 0 ? [] : [{ subject: manifest.name, path: 'exports', message: `attw:\n${output.trim()}` }];
}
