import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** What an action gets: the world, the parsed options, the positional arguments. */
export interface Invocation<Options> {
  readonly io: Io;
  readonly json: boolean;
  readonly options: Options;
  readonly args: readonly string[];
  readonly given: readonly unknown[];
}

/** Binds an action to a command; it gets `--json` and turns what the action throws into an exit code. */
export type Act = <Options extends object>(command: Command, action: (invocation: Invocation<Options>) => Promise<ExitCode>) => void;

/** Adds options or sub-commands to `parent`. */
export type Register = (parent: Command, act: Act) => void;

/** Adds options that the help lists under a heading of their own, after those of the command itself. */
export function inGroup(command: Command, heading: string, add: (command: Command) => Command): Command {
  const around = command.optionsGroup();
  return add(command.optionsGroup(heading)).optionsGroup(around);
}

/** Adds the options that say where MC is. */
export function withConnection(command: Command): Command {
  return inGroup(command, 'Where MC is:', (group) =>
    group
      .option('--url <url>', 'base URL of MC (env MC_URL)')
      .option('--token-file <path>', 'file that holds the bearer token, read at every attempt')
      .option('--root <path>', 'public key (PEM) of the root that signs the key set')
      .option('--data <dir>', 'folder of a local MC, as given to `npm start`'),
  );
}

/** Adds the examples at the end of a command's help. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
}

/** `commander` option parser for values that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
