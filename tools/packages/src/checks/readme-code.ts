import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import { codeBlocks, commandsOf } from '../readme/blocks.ts';
import { exportedNames, moduleOf } from '../readme/prelude.ts';
import { type Readme, readmes } from '../readme/readmes.ts';
import { startWorld } from '../readme/world.ts';
import { type Finished, runProgram } from '../run-program.ts';

const strict = {
  ...{
    target: 'ES2023',
    lib: ['ES2024', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
  ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, allowImportingTsExtensions: true },
};

/** Type-checks and runs the code of every README: the packages' in the project of a stranger, the others' beside the sources. */
export async function readmeFaults(root: string, directory: string, project: string): Promise<Fault[]> {
  const inside = join(directory, 'inside');
  mkdirSync(inside);
  symlinkSync(join(root, 'tools/packages/node_modules'), join(inside, 'node_modules'));
  writeFileSync(join(inside, 'package.json'), '{"type":"module"}');
  const faults: Fault[] = [];
  const prepared: { readonly readme: Readme; readonly home: string }[] = [];
  for (const readme of readmes(root)) {
    const home = join(readme.inWorkspace ? inside : project, `readme-${readme.slug}`);
    try {
      if (prepare(root, readme, home)) prepared.push({ readme, home });
    } catch (error) {
      faults.push({ subject: readme.path, path: 'blocks', message: (error as Error).message });
    }
  }
  const world = await startWorld(root, directory);
  try {
    const types = Promise.all([
      typeCheck(root, project, {}),
      typeCheck(root, inside, { customConditions: ['@promotable/source'], allowJs: true }),
    ]);
    for (const { readme, home } of prepared) faults.push(...(await run(readme, home, world.env)));
    for (const { exitCode, output } of await types) if (exitCode !== 0) faults.push({ subject: 'READMEs', path: 'tsc', message: output });
  } finally {
    await world.stop();
  }
  return faults;
}

/** Writes the blocks as modules and commands, with the fixture beside them; false when there is no code. */
function prepare(root: string, { path, slug }: Readme, home: string): boolean {
  const blocks = codeBlocks(readFileSync(join(root, path), 'utf8'));
  if (blocks.length === 0) return false;
  mkdirSync(home);
  const fixture = join(root, 'tools/packages/readmes', `${slug}.ts`);
  const names = existsSync(fixture) ? exportedNames(readFileSync(fixture, 'utf8')) : [];
  // Seen from its new place, a path out of the directory of fixtures is an absolute one.
  const copy = (name: string, to: string): string => {
    const text = readFileSync(join(root, 'tools/packages/readmes', name), 'utf8').replaceAll("'../../../", `'${root}/`);
    writeFileSync(join(home, to), text);
    return text;
  };
  if (existsSync(fixture) && copy(`${slug}.ts`, 'fixture.ts').includes("'./release.ts'")) copy('release.ts', 'release.ts');
  const runs = blocks.map((block) => ({
    ...block,
    text: block.language === 'ts' ? moduleOf(block.text, names) : commandsOf(block.text).join('\n'),
  }));
  for (const [index, { language, text }] of runs.entries()) if (language === 'ts') writeFileSync(join(home, `block-${index}.ts`), text);
  writeFileSync(join(home, 'blocks.json'), JSON.stringify(runs.filter(({ notRun }) => notRun === null)));
  copyFileSync(join(root, 'tools/packages/src/readme/run-blocks.ts'), join(home, 'run-blocks.ts'));
  return true;
}

function typeCheck(root: string, directory: string, options: object): Promise<Finished> {
  const config = { compilerOptions: { ...strict, ...options }, include: ['readme-*/*.ts'] };
  writeFileSync(join(directory, 'tsconfig.readmes.json'), JSON.stringify(config));
  const tsc = join(root, 'tools/packages/node_modules/typescript/bin/tsc');
  return runProgram(process.execPath, [tsc, '-p', 'tsconfig.readmes.json'], { cwd: directory });
}

async function run({ path, inWorkspace }: Readme, home: string, env: Readonly<Record<string, string>>): Promise<Fault[]> {
  const conditions = inWorkspace ? ['--conditions=@promotable/source'] : [];
  const { output } = await runProgram(process.execPath, [...conditions, 'run-blocks.ts'], { cwd: home, env });
  const report = join(home, 'faults.json');
  // Without a report the run did not come to its end, whatever its exit code.
  const faults = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as string[]) : [`did not come to its end:\n${output}`];
  return faults.map((message) => ({ subject: path, path: 'run', message }));
}
