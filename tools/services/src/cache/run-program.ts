import { execFile } from 'node:child_process';
import { startSupervisor } from '../process/supervise.ts';
import type { SupervisorOrder } from '../process/supervisor.ts';

export interface ProgramOptions {
  /** @default ours */
  readonly cwd?: string;
  /** Added to our own environment. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the result holds standard error as well. @default false */
  readonly withErrors?: boolean;
  /** Ends the program and all that it has started. */
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

/**
 * Runs a program to its end and returns its standard output; rejects when its code is not 0, with its last line as message and the end of
 * its output as `output`. It ends with this process, in whatever way that ends: a killed installer builds nothing on.
 */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = startSupervisor([]);
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
    const abort = (): void => void child.stdin.destroy();
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(stdout);
      else reject(new ProgramFailure(program, code, tail));
    });
    child.stdin.write(`${JSON.stringify(orderOf(program, args, options))}\n`);
  });
}

function orderOf(program: string, args: readonly string[], { cwd = process.cwd(), environment }: ProgramOptions): SupervisorOrder {
  return {
    program,
    args,
    cwd,
    credentials: {},
    environment: { ...(process.env as Record<string, string>), ...environment },
    stop: [
      ['SIGTERM', 0],
      ['SIGKILL', 2_000],
    ],
  };
}

/** Whether `program args` is there and ends at once with code 0. */
export function runs(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((answer) => {
    execFile(program, [...args], { maxBuffer: 16 << 20 }, (error) => answer(error === null)).once('error', () => answer(false));
  });
}
