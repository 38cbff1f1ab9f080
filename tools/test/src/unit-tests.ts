import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { developmentTool, type Step } from './step.ts';
import { type VitestReport, vitestTally } from './tally.ts';

/** These measure real latencies under real load, so nothing else may run beside them. */
const measuring = ['examples/canary-story/src/world/world.test.ts', 'examples/canary-story/src/story.test.ts'];

/** All vitest tests of the tree, shown as they come; leaves `reports/<report>.junit.xml` and `reports/<report>.json`. */
export const unitTests: readonly Step[] = [
  vitestStep(
    'tests (vitest)',
    'vitest',
    measuring.flatMap((file) => ['--exclude', file]),
  ),
  vitestStep('tests that measure, one at a time (vitest)', 'measuring', [...measuring, '--no-file-parallelism']),
];

function vitestStep(name: string, report: string, selection: readonly string[]): Step {
  return {
    name,
    async run({ root, light }) {
      const json = join(root, `reports/${report}.json`);
      rmSync(json, { force: true });
      const outputs = [`--outputFile.json=${json}`, `--outputFile.junit=reports/${report}.junit.xml`];
      const { exitCode } = await runCommand(
        process.execPath,
        [
          developmentTool(root, 'vitest/vitest.mjs'),
          'run',
          '--root',
          root,
          ...selection,
          '--reporter=default',
          '--reporter=json',
          '--reporter=junit',
          ...outputs,
        ],
        { cwd: root, live: true, env: light ? { PROMOTABLE_LIGHT: '1' } : {} },
      );
      return vitestTally(existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as VitestReport) : null, exitCode);
    },
  };
}
