import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { developmentTool, type Step } from './step.ts';
import { type VitestReport, vitestTally } from './tally.ts';

export interface VitestSelection {
  /** Name of `reports/<report>.json` and `reports/<report>.junit.xml`. */
  readonly report: string;
  /** Arguments that choose files. */
  readonly selection: readonly string[];
  /** Added to our own environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
}

/** One run of vitest, shown as it comes. */
export function vitestStep(name: string, { report, selection, env = {} }: VitestSelection): Step {
  return {
    name,
    async run({ root, light }) {
      const json = join(root, `reports/${report}.json`);
      rmSync(json, { force: true });
      const reporters = ['--reporter=default', '--reporter=json', '--reporter=junit'];
      const outputs = [`--outputFile.json=${json}`, `--outputFile.junit=reports/${report}.junit.xml`];
      const { exitCode } = await runCommand(
        process.execPath,
        [developmentTool(root, 'vitest/vitest.mjs'), 'run', '--root', root, ...selection, ...reporters, ...outputs],
        { cwd: root, live: true, env: light ? { ...env, PROMOTABLE_LIGHT: '1' } : env },
      );
      return vitestTally(existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as VitestReport) : null, exitCode);
    },
  };
}
