import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import type { PackedPackage } from '../pack.ts';
import { publicNames } from '../public-names.ts';
import { runProgram } from '../run-program.ts';

/** How importers resolve packages today. Declarations of dependencies are checked too: a stranger may not skip them. */
const resolutions: Readonly<Record<string, object>> = {
  nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
};

const strict = {
  ...{ target: 'ES2023', lib: ['ES2024', 'ESNext.Disposable'], types: ['node'], strict: true, noEmit: true, skipLibCheck: false },
  ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, resolveJsonModule: true, verbatimModuleSyntax: true },
};

/** Compiles a program that imports every public name of every package from the tarballs, under each resolution. */
export async function typeFaults(project: string, root: string, packed: readonly PackedPackage[]): Promise<Fault[]> {
  for (const [specifier, names] of publicNames(root, packed)) {
    const imports = names.map(({ name, kind }, index) => `${kind === 'type' ? 'type ' : ''}${name} as n${index}`);
    const values = names.flatMap(({ kind }, index) => (kind === 'type' ? [] : [`n${index}`]));
    const program = `import { ${imports.join(', ')} } from '${specifier}';\nexport const values: readonly unknown[] = [${values.join(', ')}];\n`;
    await writeFile(join(project, `names-${specifier.replaceAll(/\W/g, '-')}.ts`), program);
  }
  const faults = await Promise.all(
    Object.entries(resolutions).map(async ([name, options]) => {
      const file = `tsconfig.${name}.json`;
      await writeFile(join(project, file), JSON.stringify({ compilerOptions: { ...strict, ...options }, include: ['names-*.ts'] }));
      const { exitCode, output } = await runProgram(process.execPath, ['node_modules/typescript/bin/tsc', '-p', file], { cwd: project });
      return exitCode === 0
        ? []
        : output
            .trim()
            .split('\n')
            .map((message) => ({ subject: `moduleResolution ${name}`, path: 'tsc', message }));
    }),
  );
  return faults.flat();
}
