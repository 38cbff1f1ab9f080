// Mission Control as the separate process that it is: started, killed, started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childFlags, plainEnvironment } from './run-command.ts';
import { StoryError } from './story-error.ts';
import { storyLayer } from './story/settings.ts';

export interface MissionControlOptions {
  readonly data: string;
  /** Null = 4000, or a free one. */
  readonly port: number | null;
  readonly reset: boolean;
  /** File that gets its log. */
  readonly log: string;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

export interface MissionControl {
  /** The same after a restart. */
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** On the same data and port. @throws StoryError `MC_NOT_STARTED` */
  restart(): Promise<void>;
  /** Resolves when it ends though nobody killed or stopped it. */
  readonly ended: Promise<void>;
  /** Lets it finish; resolves when it and its database are gone. */
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../api-server/src/main.ts', import.meta.url));
/** Longest time for finishing requests and shutting the database down. */
const graceMs = 25_000;
/** Codes of what the user can mend, out of its line `mission control: CODE: message`. */
const usageCodes = [
  'CONFIGURATION_INVALID',
  'KEYS_UNUSABLE',
  'DEVELOPMENT_ONLY',
  'PORT_TAKEN',
  'LISTEN_FAILED',
  'UNSUPPORTED_PLATFORM',
  'NOT_WRITABLE',
  'DISK_FULL',
  'NOT_ACCESSIBLE',
  'DATA_IN_USE',
  'DATA_INCOMPATIBLE',
];

/** Starts it and resolves once it listens. @throws StoryError `MC_NOT_STARTED` with the one line it left */
export async function startMissionControl({ data, port, reset, log, signal }: MissionControlOptions): Promise<MissionControl> {
  let ended: () => void = () => {};
  const unexpected = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let wanted: ChildProcess | null = null;
  const start = async (args: readonly string[]) => {
    const launched = await launch([...args, '--data', data], log, signal);
    wanted = launched.child;
    launched.child.once('exit', () => wanted === launched.child && ended());
    return launched;
  };
  let { child, url } = await start([...(port === null ? [] : ['--port', String(port)]), ...(reset ? ['--reset'] : [])]);
  const end = async (signalName: 'SIGKILL' | 'SIGTERM') => {
    wanted = null;
    await endOf(child, signalName);
  };
  return {
    url,
    ended: unexpected,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async restart() {
      ({ child, url } = await start(['--port', new URL(url).port]));
    },
  };
}

async function launch(
  args: readonly string[],
  log: string,
  signal: AbortSignal,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...childFlags, entry, ...args], {
    env: { ...plainEnvironment(), PROMOTABLE_POLICY_LAYER: storyLayer },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C reaches the whole process group of a terminal; when it stops is for us to say. It ends with us all the same, over IPC.
    detached: true,
  });
  const exited = new Promise<null>((resolve) => {
    child.once('exit', () => resolve(null));
    child.once('error', () => resolve(null));
  });
  let lastWords = '';
  child.stderr?.pipe(createWriteStream(log, { flags: 'a' }));
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    if (line.startsWith('mission control: ')) lastWords = line.slice('mission control: '.length);
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const ready = await Promise.race([readyUrl(child), exited.then(() => sleep(50, null))]);
  signal.removeEventListener('abort', stop);
  if (ready !== null && !signal.aborted) return { child, url: ready };
  await endOf(child, 'SIGTERM');
  signal.throwIfAborted();
  const [, code = '', message = ''] = /^([A-Z_]+): (.*)$/.exec(lastWords) ?? [];
  throw new StoryError('MC_NOT_STARTED', message === '' ? `Mission Control did not start; its log is ${log}` : message, {
    status: usageCodes.includes(code) ? 400 : 500,
  });
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  return new Promise((resolve) => {
    // Later lines are read and dropped: a full pipe would stop the child.
    lines.on('line', (line) => {
      const url = /^\{"event":"ready","url":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

async function endOf(child: ChildProcess, signalName: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signalName);
  const grace = new AbortController();
  await Promise.race([exited, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
  grace.abort();
  child.kill('SIGKILL');
  await exited;
}
