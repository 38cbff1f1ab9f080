import { resolveOpa } from '@promotable/services';
import { runCommand } from './run-command.ts';
import type { Step } from './step.ts';
import { oneFailed, onePassed, opaTally } from './tally.ts';

/** Provides OPA, then runs the policies' own script `test:policy`, whose output ends with the summary of `opa test`. */
export const policyChecks: readonly Step[] = [
  {
    name: 'OPA is there',
    needs: 'OPA',
    async run({ say }) {
      try {
        await resolveOpa({ onProgress: say });
        return onePassed;
      } catch (error) {
        say((error as Error).message);
        return oneFailed;
      }
    },
  },
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
