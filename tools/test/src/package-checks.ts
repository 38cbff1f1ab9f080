import { closingTally } from './tally.ts';
import { runCommand } from './run-command.ts';
import type { Step } from './step.ts';

/** Packs what the builds left, and treats it as a stranger would: the checks of tools/packages, each of them counted. */
export const packageChecks: readonly Step[] = [
  {
    name: 'packages as a stranger gets them',
    async run({ root }) {
      const args = ['--conditions=@promotable/source', 'tools/packages/src/main.ts'];
      const { exitCode, output } = await runCommand(process.execPath, args, { cwd: root, live: true });
      return closingTally(output, exitCode);
    },
  },
];
