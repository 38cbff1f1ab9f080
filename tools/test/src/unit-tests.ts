import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { developmentTool, type Step } from './step.ts';
import { type VitestReport, vitestTally } from './tally.ts';

/** All vitest tests of the tree, shown as they come; leaves `reports/junit.xml` and `reports/vitest.json`. */
export const unitTests: Step = {
  name: 'tests (vitest)',
  async run({ root, light }) {
    const json = join(root, 'reports/vitest.json');
    rmSync(json, { force: true });
    const reporters = [
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${json}`,
      '--reporter=junit',
      '--outputFile.junit=reports/junit.xml',
    ];
    const { exitCode } = await runCommand(
      process.execPath,
      [developmentTool(root, 'vitest/vitest.mjs'), 'run', '--root', root, ...reporters],
      {
        cwd: root,
        live: true,
        env: light ? { PROMOTABLE_LIGHT: '1' } : {},
      },
    );
    return vitestTally(existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as VitestReport) : null, exitCode);
  },
};
