import type { Clock } from '@promotable/contracts';

/** Everything `mc` touches of the world, so that a test owns all of it. */
export interface Io {
  /** Results go here, and nothing else. */
  readonly stdout: (text: string) => void;
  /** Progress, hints and errors go here. */
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  /** Columns of a terminal; 0 where the output is no terminal. */
  readonly columns: number;
  readonly signal: AbortSignal;
}

/** The process as it is. */
export function processIo(signal: AbortSignal): Io {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    fetch: globalThis.fetch,
    random: Math.random,
    columns: process.stdout.isTTY ? process.stdout.columns : 0,
    signal,
  };
}
