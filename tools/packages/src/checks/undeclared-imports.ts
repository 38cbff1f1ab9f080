import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';

/**
 * What the shipped code and its declarations import is declared in the manifest: in one flat node_modules a package would find its
 * neighbours' dependencies too, and fail elsewhere.
 */
export function undeclaredImports(project: string, { manifest, files }: PackedPackage): Fault[] {
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
  return files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(project, 'node_modules', manifest.name, file), 'utf8');
      const foreign = ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) => fileName)
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier));
      const missing = [...new Set(foreign.map(packageOf))].filter((name) => !declared.has(name));
      return missing.map((name) => ({
        subject: manifest.name,
        path: file,
        message: `imports ${name}, which package.json does not declare`,
      }));
    });
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
