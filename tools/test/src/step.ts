import { join } from 'node:path';
import { oneFailed, onePassed, type Tally } from './tally.ts';
import { type CommandOptions, runCommand } from './run-command.ts';

/** What every step knows. */
export interface Context {
  /** Root of the work tree. */
  readonly root: string;
  /** `--light`: only what npm packages give. */
  readonly light: boolean;
  /** Says one line of progress. */
  readonly say: (line: string) => void;
}

/** One named check. It never throws for a check that fails: the others go on. */
export interface Step {
  readonly name: string;
  /** What npm does not give and this step cannot do without: `--light` leaves it out and says so. @default nothing */
  readonly needs?: string;
  run(context: Context): Promise<Tally>;
}

/** The start file of a development tool, run with our own Node: no shim, no shell. */
export function developmentTool(root: string, path: string): string {
  return join(root, 'tools/dev/node_modules', path);
}

/** A check that is one command: green when it exits 0, and silent then. */
export function commandStep(name: string, command: (root: string) => readonly string[], options: Partial<CommandOptions> = {}): Step {
  return {
    name,
    async run({ root, say }) {
      const { exitCode, output } = await runCommand(process.execPath, command(root), { cwd: root, ...options });
      if (exitCode === 0) return onePassed;
      say(output.trimEnd());
      return oneFailed;
    },
  };
}
