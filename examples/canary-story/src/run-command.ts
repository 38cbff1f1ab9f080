import { spawn } from 'node:child_process';
import { endWithParent } from './world/node-process.ts';
import { StoryError } from './story-error.ts';

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** Added to the plain environment; for what must not be read off a command line. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/** What a command of the story gets of our environment: enough to find programs and files, nothing that would configure it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TERM'].includes(name)));
}

/** Runs a program to its end, whatever its exit code. @throws StoryError `COMMAND_FAILED` when it cannot be run; the signal's reason when aborted */
export async function runCommand(command: string, args: readonly string[], { cwd, env = {}, signal }: CommandOptions): Promise<CommandRun> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('close', (status) => resolve(status ?? 128));
    // An abort is an 'error' too, with the end still to come.
    child.on(
      'error',
      (cause) =>
        child.pid === undefined &&
        reject(
          new StoryError('COMMAND_FAILED', `${command} cannot be run: ${(cause as NodeJS.ErrnoException).code ?? cause.message}`, {
            cause,
          }),
        ),
    );
  });
  signal.throwIfAborted();
  return { code, stdout, stderr };
}

/** Node with the TypeScript sources of the workspace. */
export const sourceFlags = ['--conditions=@promotable/source'] as const;

/** The same for a process that talks to us over IPC and must not outlive us. */
export const childFlags = [...sourceFlags, '--import', endWithParent] as const;
