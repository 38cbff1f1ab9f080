import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { specifierOf } from '../published-package.ts';
import { runProgram } from '../run-program.ts';

/** Loads one path of `exports` in the way its kind is used; written into the project, so that it resolves as its own imports do. */
const loader = `
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
for (const specifier of JSON.parse(process.argv[2])) {
  try {
    if (/\\.json$/.test(specifier)) await import(specifier, { with: { type: 'json' } });
    else if (/\\.graphql$/.test(specifier)) {
      if (!existsSync(fileURLToPath(import.meta.resolve(specifier)))) throw new Error('resolves to a file that is not there');
    } else if (Object.keys(await import(specifier)).length === 0 && !specifier.endsWith('/graphql')) throw new Error('exports no value');
  } catch (error) {
    process.stdout.write(specifier + '\\t' + String(error).split('\\n')[0] + '\\n');
  }
}
`;

/** Every export path of every package loads in the given Node, and every command of it answers --help. */
export async function importFaults(project: string, packed: readonly PackedPackage[], node: string): Promise<Fault[]> {
  await writeFile(join(project, 'load.js'), loader);
  const specifiers = packed.flatMap(specifiersOf);
  const { exitCode, stdout, output } = await runProgram(node, ['load.js', JSON.stringify(specifiers)], { cwd: project });
  const version = (await runProgram(node, ['--version'], { cwd: project })).stdout.trim();
  const faults = stdout.split('\n').flatMap((line) => {
    const [path = '', message] = line.split('\t');
    return message === undefined ? [] : [{ subject: `Node ${version}`, path, message }];
  });
  if (exitCode !== 0) faults.push({ subject: `Node ${version}`, path: 'load.js', message: output });
  for (const { manifest } of packed) {
    for (const [name, path] of Object.entries(manifest.bin ?? {})) {
      const answer = await runProgram(node, [join('node_modules', manifest.name, path), '--help'], { cwd: project });
      if (answer.exitCode !== 0) faults.push({ subject: manifest.name, path: name, message: `on Node ${version}: ${answer.output}` });
    }
  }
  return faults;
}

/** Every path that `exports` opens; a pattern stands for each file that it matches. */
export function specifiersOf({ manifest, files }: PackedPackage): string[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    if (!subpath.includes('*') || typeof target !== 'string') return [specifierOf(manifest, subpath)];
    const [before = '', after = ''] = target.slice(2).split('*');
    const matching = files.filter((file) => file.startsWith(before) && file.endsWith(after));
    return matching.map((file) => specifierOf(manifest, subpath.replace('*', file.slice(before.length, file.length - after.length))));
  });
}
