import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, createCaller } from './remote-call.ts';
import { WorldError } from './world-error.ts';

export const endWithParent = new URL('./end-with-parent.js', import.meta.url).href;

export interface NodeProcessOptions {
  /** What it is called in errors. */
  readonly name: string;
  /** File to run. */
  readonly entry: string;
  /** Environment besides PATH. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the process, also while it starts. */
  readonly signal: AbortSignal;
}

/** A running process that has said on which port it listens. */
export interface NodeProcess<Api> {
  readonly name: string;
  readonly pid: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly call: Caller<Api>;
  isRunning(): boolean;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. @default graceMs 2000 */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts a file under this very Node and resolves when it has written its first line, `{"listening": port}`. It never outlives this process.
 *
 * @throws WorldError `PROCESS_ENDED` with the end of its stderr when it ends first
 */
export async function startNodeProcess<Api = object>({ name, entry, env = {}, signal }: NodeProcessOptions): Promise<NodeProcess<Api>> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, ['--conditions=@promotable/source', '--import', endWithParent, entry], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    signal,
    killSignal: 'SIGKILL',
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // An abort is an 'error' too, with the exit still to come; only a process that never was has no exit.
    child.on('error', () => child.pid === undefined && resolve());
  });
  const endOfErrors = tailOf(child);
  const port = await listeningPort(child, exited);
  signal.throwIfAborted();
  if (port === null || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new WorldError('PROCESS_ENDED', `${name} did not start: ${endOfErrors() || 'it said nothing'}`);
  }

  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    call: createCaller<Api>(child, name),
    isRunning,
    async stop(graceMs = 2_000) {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const grace = new AbortController();
      await Promise.race([exited, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
      grace.abort();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function listeningPort(child: ChildProcess, exited: Promise<void>): Promise<number | null> {
  if (child.stdout === null) return null;
  const lines = createInterface({ input: child.stdout });
  const firstLine = new Promise<string>((resolve) => lines.once('line', resolve));
  const line = await Promise.race([firstLine, exited]);
  // What follows is read and dropped: a full pipe would stop the child.
  lines.on('line', () => {});
  if (line === undefined) return null;
  const port = /^\{"listening":(\d+)\}$/.exec(line)?.[1];
  return port === undefined ? null : Number(port);
}

/** Keeps the last characters that a process wrote to stderr. */
function tailOf(child: ChildProcess, characters = 2_000): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-characters);
  });
  return () => tail.trim();
}
