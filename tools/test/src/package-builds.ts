import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Step } from './step.ts';
import { oneFailed, onePassed } from './tally.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** Directories of the packages that are published. */
function publishedPackages(root: string): string[] {
  return [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'policies'].filter(
    (directory) => existsSync(join(root, directory, 'package.json')) && manifestOf(root, directory).private !== true,
  );
}

/** Builds each published package as it ships. */
export function packageBuilds(root: string): readonly Step[] {
  return publishedPackages(root).map((directory) => ({
    name: `build ${manifestOf(root, directory).name}`,
    async run({ say }) {
      const { exitCode, output } = await runCommand('pnpm', ['run', 'build'], { cwd: join(root, directory) });
      if (exitCode === 0) return onePassed;
      say(output.trimEnd());
      return oneFailed;
    },
  }));
}

function manifestOf(root: string, directory: string): Manifest {
  return JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest;
}
