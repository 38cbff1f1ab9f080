import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** Added to our own environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the output is shown while it comes. @default false */
  readonly live?: boolean;
}

/** Milliseconds after which a command counts as hung. */
const hungMs = 40 * 60_000;

/** Runs a program to its end; one that cannot be started or hangs ends with exit code 127 or 124. */
export function runCommand(program: string, args: readonly string[], { cwd, env = {}, live = false }: CommandOptions): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      if (live) process.stdout.write(chunk);
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, hungMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ exitCode: 127, output: `${program}: ${error.message}\n` });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(
        hung ? { exitCode: 124, output: `${output}\nstill running after ${hungMs / 60_000} minutes\n` } : { exitCode: code ?? 1, output },
      );
    });
  });
}
