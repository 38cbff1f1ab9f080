import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to our own environment. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the result holds standard error as well. @default false */
  readonly withErrors?: boolean;
  readonly signal?: AbortSignal;
}

/** A program that ended with a code other than 0; the message is its last line, `output` the last 20 kB of both streams. */
export class ProgramFailure extends Error {
  readonly output: string;
  constructor(program: string, code: number | null, output: string) {
    const line = output.trim().split('\n').at(-1);
    super(line === undefined || line === '' ? `${program} ended with code ${code}` : line);
    this.output = output;
  }
}

/** Runs a program of an installer to its end and returns its standard output; rejects with {@link ProgramFailure}. Its whole process group ends with `signal`. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let tail = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      tail = (tail + chunk.toString()).slice(-20_000);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (options.withErrors) stdout += chunk.toString();
      tail = (tail + chunk.toString()).slice(-20_000);
    });
    const abort = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(stdout);
      else reject(new ProgramFailure(program, code, tail));
    });
  });
}

/** Whether `program args` ends with code 0. */
export async function runs(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<boolean> {
  return runProgram(program, args, options).then(
    () => true,
    () => false,
  );
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
