import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@promotable/contracts';
import type { SupervisorOrder } from './supervisor.ts';

/** A process that outlives us just long enough to end what we have started and to delete our directories. */
export type Supervisor = ChildProcessByStdio<Writable, Readable, Readable>;

export interface SuperviseOptions {
  /** Goes into the log lines. */
  readonly name: string;
  /**
   * Resolves once the program is ready. `output` resolves when the program has written something that matches; `signal` is aborted when the
   * program ends or the start is given up.
   */
  readonly ready: (watch: { readonly output: (pattern: RegExp) => Promise<void>; readonly signal: AbortSignal }) => Promise<void>;
  /** The error for a program that ended before it was ready, or was not ready in time; gets the end of its output. */
  readonly failure: (output: string, reason: 'ended' | 'late') => Error;
  /** Milliseconds that the program has to become ready. @default 60000 */
  readonly readyMs?: number;
  /** Gets the program's own lines, at level debug. @default none */
  readonly logger?: Logger | undefined;
  /** Stops the program when aborted, also while it starts. */
  readonly signal?: AbortSignal | undefined;
}

/** A program that runs, and ends with this process in whatever way that ends. */
export interface Supervised {
  /** Resolves when the program has ended and its directories are gone. */
  readonly ended: Promise<void>;
  /** Ends it and resolves like {@link ended}; any number of times. */
  stop(): Promise<void>;
  /** The last 20 kB of what it wrote. */
  output(): string;
}

/** A supervisor without a program yet. From now on `directories` are deleted when its standard input ends, by us or by our death. */
export function startSupervisor(directories: readonly string[]): Supervisor {
  const supervisor = fileURLToPath(new URL('./supervisor.ts', import.meta.url));
  const child = spawn(process.execPath, [supervisor, JSON.stringify(directories)], {
    // Its own session: Ctrl-C in a terminal reaches us first, and the program stays until we have finished with it.
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  return child;
}

/** Ends what a supervisor runs and resolves when its directories are gone. */
export async function endSupervisor(child: Supervisor): Promise<void> {
  const ended = endOf(child);
  child.ref();
  child.stdin.destroy();
  await ended;
}

/** Runs a program under the supervisor and resolves once it is ready. */
export async function supervise(child: Supervisor, order: SupervisorOrder, options: SuperviseOptions): Promise<Supervised> {
  const ending = new AbortController();
  const ended = endOf(child);
  void ended.then(() => ending.abort());
  const tail = collect(child, options);
  const stop = async (): Promise<void> => {
    options.signal?.removeEventListener('abort', stop);
    await endSupervisor(child);
  };
  if (options.signal?.aborted) void stop();
  else options.signal?.addEventListener('abort', stop, { once: true });
  child.stdin.write(`${JSON.stringify(order)}\n`);
  try {
    await becomesReady(tail, ended, ending.signal, options);
  } catch (error) {
    ending.abort();
    await stop();
    throw error;
  }
  letParentEnd(child);
  return { ended, stop, output: tail.text };
}

function endOf(child: Supervisor): Promise<void> {
  if (child.pid === undefined || (child.exitCode !== null && child.stdout.closed && child.stderr.closed)) return Promise.resolve();
  return new Promise((done) => child.once('close', () => done()));
}

interface Tail {
  readonly text: () => string;
  readonly onChange: (listener: () => void) => void;
}

function collect(child: Supervisor, { logger, name }: SuperviseOptions): Tail {
  let text = '';
  const listeners: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
      for (const line of chunk.toString().split('\n')) if (line !== '') logger?.debug({ service: name }, line);
      for (const listener of listeners) listener();
    });
  }
  return { text: () => text, onChange: (listener) => listeners.push(listener) };
}

async function becomesReady(tail: Tail, ended: Promise<void>, signal: AbortSignal, options: SuperviseOptions): Promise<void> {
  const output = (pattern: RegExp): Promise<void> =>
    new Promise((seen) => {
      const look = (): void => {
        if (pattern.test(tail.text())) seen();
      };
      tail.onChange(look);
      look();
    });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(options.failure(tail.text(), 'late')), options.readyMs ?? 60_000);
  });
  const over = ended.then(() => Promise.reject(options.failure(tail.text(), 'ended')));
  over.catch(() => undefined);
  try {
    await Promise.race([options.ready({ output, signal }), over, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A running program is no reason for our process to go on. */
function letParentEnd(child: Supervisor): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as { unref?: () => void }).unref?.();
}
