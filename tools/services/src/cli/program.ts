import { Command, CommanderError } from 'commander';
import { services } from '../catalogue/catalogue.ts';
import { ServicesError } from '../services-error.ts';
import { chooseServices } from './choose.ts';
import { type Parent, upDetached } from './detach.ts';
import { exportLines } from './exports.ts';
import { runningSessions, type Session, stopSessions } from './session.ts';
import { up } from './up.ts';

/** What the commands need of the process. */
export interface CliIo {
  /** Standard output: exports or JSON, nothing else. */
  readonly out: (text: string) => void;
  /** Standard error: one line of progress or a fault. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Who started us in the background. @default nobody */
  readonly parent: Parent | null;
}

/** 2: the command or the machine is not right for it; 3: it did not work. */
const exitCodes = { ok: 0, usage: 2, failed: 3 } as const;

/** Runs one command line and resolves with its exit code: 0 done, 2 wrong usage or a missing prerequisite, 3 a part that did not start. */
export async function runServices(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    await commandLine(io).parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (!(error instanceof ServicesError)) throw error;
    if (io.parent === null) io.say(error.message);
    else io.parent.tell({ failure: { code: error.code, message: error.message } });
    return error.code === 'UNKNOWN_SERVICE' || error.code === 'PREREQUISITES_MISSING' ? exitCodes.usage : exitCodes.failed;
  }
}

function commandLine({ out, say, signal, parent }: CliIo): Command {
  const program = new Command('npm run services --')
    .description('Starts the real parts that Promotable works with, on this machine, without Docker and without root.')
    .configureOutput({ writeOut: out, writeErr: (text) => say(text.trimEnd()) })
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', `\n${catalogueHelp()}`);
  const print = (session: Session, json: boolean): void => {
    const environment = Object.assign({}, ...session.services.map((service) => service.environment)) as Record<string, string>;
    out(json ? `${JSON.stringify(environment)}\n` : exportLines(environment));
  };
  program
    .command('up')
    .description('start parts (without a name: the light set), print how to reach them, run until Ctrl-C')
    .argument('[name...]', 'names of parts')
    .option('-d, --detach', 'go on in the background until `down`', false)
    .option('--json', 'print JSON instead of `export NAME=…` lines', false)
    .action(async (names: string[], options: { detach: boolean; json: boolean }) => {
      const chosen = chooseServices(names);
      if (options.detach) return print(await upDetached(names, say, signal), options.json);
      const onReady = (session: Session): void => {
        if (parent === null) print(session, options.json);
        else parent.tell({ session });
      };
      await up(chosen, { say, detached: parent !== null, onReady, signal });
    });
  program
    .command('down')
    .description('stop everything that `up` has started, in the background and in other terminals')
    .action(async () => {
      const stopped = await stopSessions();
      const names = stopped.flatMap((session) => session.services.map(({ name }) => name));
      say(names.length === 0 ? 'nothing was running' : `stopped ${names.join(', ')}`);
    });
  program
    .command('status')
    .description('show what runs and how to reach it')
    .option('--json', 'print JSON', false)
    .action(async (options: { json: boolean }) => {
      const sessions = await runningSessions();
      if (options.json) return out(`${JSON.stringify(sessions)}\n`);
      if (sessions.length === 0) say('nothing is running');
      for (const session of sessions) out(statusText(session));
    });
  return program;
}

function catalogueHelp(): string {
  const width = Math.max(...services.map(({ name }) => name.length));
  const lines = services.map(({ name, title, set, variables }) => `  ${name.padEnd(width)}  ${set}  ${title} (${variables.join(', ')})`);
  return [
    'Parts, and the variables that they are found by. When the first one is set, yours is used and nothing is started:',
    ...lines,
    '',
    'Standard output is for a shell: eval "$(npm run services -- up --detach postgres valkey)"',
    'Exit codes: 0 done, 2 wrong usage or something is not installed, 3 a part did not start.',
  ].join('\n');
}

function statusText({ pid, since, detached, services: running }: Session): string {
  const lines = running.map(({ title, environment }) => `  ${title}\n${exportLines(environment).replaceAll(/^export /gm, '    ')}`);
  return `process ${pid}, since ${since}, ${detached ? 'in the background' : 'in a terminal'}\n${lines.join('')}`;
}
