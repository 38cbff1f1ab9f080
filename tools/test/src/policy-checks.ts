import { runCommand } from './run-command.ts';
import type { Step } from './step.ts';
import { opaTally } from './tally.ts';

/** The policies' own script `test:policy`, whose output ends with the summary of `opa test`. */
export const policyChecks: readonly Step[] = [
  {
    name: 'policies (opa check, fmt, test)',
    needs: 'OPA',
    async run({ root, say }) {
      const { exitCode, output } = await runCommand('pnpm', ['--dir', 'policies', 'run', 'test:policy'], { cwd: root });
      const tally = opaTally(output, exitCode);
      if (tally.failed > 0) say(output.trimEnd());
      return tally;
    },
  },
];
