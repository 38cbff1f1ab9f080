import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** Added to our own environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. @default 120_000 */
  readonly timeoutMs?: number;
}

const running = new Set<number>();

/** Runs a program to its end; it ends with us. One that hangs is killed, with all that it started, and has exit code 124. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, timeoutMs = 120_000 }: ProgramOptions,
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      if (pid !== undefined) killGroup(pid);
    }, timeoutMs);
    const finish = (exitCode: number, note = ''): void => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      resolve({ exitCode, stdout, output: output + note });
    };
    child.once('error', (error) => finish(127, `${program}: ${error.message}\n`));
    child.once('close', (code) => (hung ? finish(124, `\nkilled after ${timeoutMs / 1000} s\n`) : finish(code ?? 1)));
  });
}

/** Ends every program that is still running; nothing that we started outlives us. */
export function killPrograms(): void {
  for (const pid of running) killGroup(pid);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
