import manifest from '../package.json' with { type: 'json' };
import { Command, CommanderError } from 'commander';
import type { Act } from './command.ts';
import { commandGroups } from './commands.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { helpConfiguration } from './help.ts';
import type { Io } from './io.ts';
import { lastReached } from './last-reached.ts';
import { traced } from './tracing.ts';

const epilogue = `
Exit codes: 0 pass or done · 1 fail · 2 wrong usage or configuration · 3 hold, spooled or internal error.
Where MC is and who asks: --url and --token-file, else MC_URL and MC_TOKEN (or MC_API_TOKEN), else the .promotable/ folder that \`npm start\` writes.`;

/** Runs one `mc` command and returns its exit code; never throws, never calls `process.exit`. */
export async function runMc(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.pass;
  const act: Act = (command, action) => {
    command.option('--json', 'print the result as JSON on stdout, and nothing else there');
    command.action(async (...args: unknown[]) => {
      const options = command.optsWithGlobals();
      try {
        const invocation = { json: options['json'] === true, options: options as never, args: command.args, given: args };
        code = await traced(nameOf(command), io, (traced) => action({ io: traced, ...invocation }));
      } catch (error) {
        code = await failed(io, error, options['json'] === true);
      }
    });
  };
  let reached: (() => Command) | undefined;
  try {
    const program = await createProgram(io, act, argv);
    reached = lastReached(program);
    await program.parseAsync(argv as string[], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.pass;
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage;
    return failed(io, error, argv.includes('--json'), reached?.());
  }
}

/** What speaks of errors is loaded when there is one. */
async function failed(io: Io, error: unknown, json: boolean, reached?: Command): Promise<ExitCode> {
  const [{ reportError }, { usageError }] = await Promise.all([import('./report-error.ts'), import('./usage-error.ts')]);
  return reportError(io, error instanceof CommanderError && reached !== undefined ? usageError(error, reached) : error, json);
}

/** `evidence publish`: the names of the commands, never what was typed after them. */
function nameOf(command: Command): string {
  return command.parent === null || command.parent.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

async function createProgram(io: Io, act: Act, argv: readonly string[]): Promise<Command> {
  const program = new Command('mc')
    .version(manifest.version, '-V, --version', 'print the version')
    .description('Decides whether a release may go further, and proves why.')
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      // Said by `reportError`, like every other error.
      outputError: () => undefined,
      getOutHelpWidth: () => io.columns || 100,
      getErrHelpWidth: () => io.columns || 100,
    })
    .configureHelp(helpConfiguration)
    .addHelpText('after', epilogue);
  for (const { name, description, load } of commandGroups) {
    const command = program.command(name).description(description);
    // Named anywhere, as in `mc help gate`: one too many costs its loading alone.
    if (argv.includes(name)) (await load())(command, act);
  }
  inheritSettings(program);
  return program;
}

/** Sub-commands are made by `parent.command()`, which copies settings only at that moment; make sure that all have them. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
}
