// Runs one program for as long as its parent lives. Standard input is a pipe that the parent holds: however the parent ends, also by SIGKILL,
// the kernel closes it, and the program is stopped. Uses Node's own modules only, so that it starts at once.
//
// The one argument is a JSON list of directories to delete at the end. The order follows as one line of JSON on standard input, so that the
// directories are safe while the parent still prepares them, and no password of an environment shows in the list of processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What to run. */
export interface SupervisorOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly credentials: { readonly uid?: number; readonly gid?: number };
  readonly environment: Readonly<Record<string, string>>;
  /** Signals for the program's process group, each with the milliseconds after the wish to end. The last one should be SIGKILL. */
  readonly stop: readonly (readonly [signal: NodeJS.Signals, afterMs: number])[];
}

/** Milliseconds for which a directory is deleted again: others may still write below it while they end too. */
const removalMs = 30_000;

function supervise(directories: readonly string[]): void {
  let child: ChildProcess | null = null;
  let stop: SupervisorOrder['stop'] = [];
  const end = (): void => {
    if (child === null) void finish(directories, 0);
    for (const [signal, afterMs] of stop) setTimeout(() => signalGroup(child, signal), afterMs).unref();
  };
  createInterface({ input: process.stdin })
    .once('line', (line) => {
      const order = JSON.parse(line) as SupervisorOrder;
      stop = order.stop;
      child = start(order, directories);
    })
    .once('close', end);
  process.stdin.on('error', end);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  // With the parent gone nobody reads our output.
  process.stderr.on('error', () => undefined);
}

function start({ program, args, cwd, environment, credentials }: SupervisorOrder, directories: readonly string[]): ChildProcess {
  const child = spawn(program, args, {
    ...credentials,
    cwd,
    env: { ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own: what the program starts is signalled with it.
    detached: true,
  });
  child.once('error', (error) => {
    process.stderr.write(`FATAL:  ${error.message}\n`);
    void finish(directories, 127);
  });
  child.once('exit', (code) => {
    signalGroup(child, 'SIGKILL');
    void finish(directories, code ?? 1);
  });
  return child;
}

function signalGroup(child: ChildProcess | null, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All of it has ended.
  }
}

async function finish(directories: readonly string[], code: number): Promise<void> {
  for (const deadline = Date.now() + removalMs; Date.now() < deadline; ) {
    for (const directory of directories) tryToRemove(directory);
    if (!directories.some((directory) => existsSync(directory))) break;
    await new Promise((later) => setTimeout(later, 50));
  }
  process.exit(code);
}

function tryToRemove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Somebody writes there at this moment.
  }
}

supervise(JSON.parse(process.argv[2] ?? '') as string[]);
