import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, runCommand } from './run-command.ts';
import type { Step } from './step.ts';
import { oneFailed, onePassed } from './tally.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly import?: string }>>;
}

/** Directories of the packages that are published. */
export function publishedPackages(root: string): string[] {
  return [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'policies'].filter(
    (directory) => existsSync(join(root, directory, 'package.json')) && manifestOf(root, directory).private !== true,
  );
}

/** Builds each published package as it ships, then loads every built entry the way a user of the package would. */
export function packageBuilds(root: string): readonly Step[] {
  const directories = publishedPackages(root);
  const command = (name: string, run: (directory: string) => Promise<Finished>, parts: readonly string[]): Step => ({
    name,
    async run({ say }) {
      const faults = (await Promise.all(parts.map(run))).filter(({ exitCode }) => exitCode !== 0);
      for (const { output } of faults) say(output.trimEnd());
      return faults.length === 0 ? onePassed : oneFailed;
    },
  });
  const build = (directory: string): Promise<Finished> => runCommand('pnpm', ['run', 'build'], { cwd: join(root, directory) });
  const load = (directory: string): Promise<Finished> =>
    runCommand(process.execPath, ['--input-type=module', '-e', loadAll(root, directory)], { cwd: join(root, directory) });
  return [
    ...directories.map((directory) => command(`build ${manifestOf(root, directory).name}`, build, [directory])),
    command('built packages load', load, directories),
  ];
}

function loadAll(root: string, directory: string): string {
  const { name, exports = {} } = manifestOf(root, directory);
  // Conformance suites (`./testing`) load only inside a test runner; types and JSON are no code.
  const code = Object.entries(exports).filter(
    ([path, target]) => typeof target === 'object' && target.import !== undefined && path !== './testing',
  );
  return code.map(([path]) => `await import(${JSON.stringify(join(name, path))});`).join('\n');
}

function manifestOf(root: string, directory: string): Manifest {
  return JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest;
}
