// A child process that answers questions over Node's message channel and ends with us, however we end.
import { spawn } from 'node:child_process';
import { BenchError } from '../bench-error.ts';

export interface ChildOptions {
  /** Command and arguments; the last program on it must be Node. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Child {
  readonly pid: number;
  /** The next message that is no answer, such as "I listen". @throws {BenchError} `VARIANT_FAILED` when the process ends first */
  announcement(): Promise<unknown>;
  /** @throws {BenchError} `VARIANT_FAILED` */
  ask(question: object): Promise<unknown>;
  close(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** How long a process may take to say that it is ready, milliseconds. */
const patienceMs = 60_000;
/** How long a process may take to end by itself, milliseconds. */
const graceMs = 2000;

export function startChild({ argv, cwd, env, signal }: ChildOptions): Child {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const announced = Promise.withResolvers<unknown>();
  // Whoever waits for it is told; nobody may be.
  announced.promise.catch(() => undefined);
  let lastId = 0;

  const exited = new Promise<void>((resolve) => {
    const fail = (what: string): void => {
      const error = new BenchError('VARIANT_FAILED', `${what}: ${said.trim().split('\n').slice(-8).join(' | ') || 'it said nothing'}`);
      announced.reject(error);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve();
    };
    child.once('error', (error) => fail(`${command} cannot be started (${error.message})`));
    child.once('exit', (code, by) => fail(`a process ended with ${by ?? code}`));
  });
  child.on('message', (message: unknown) => {
    const { id, result, error } = message as Partial<Answer>;
    const asked = id === undefined ? undefined : waiting.get(id);
    if (asked === undefined || id === undefined) return announced.resolve(message);
    waiting.delete(id);
    if (error === undefined) asked.resolve(result);
    else asked.reject(new BenchError('VARIANT_FAILED', error));
  });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(
    () => announced.reject(new BenchError('VARIANT_FAILED', `a process was not ready within ${patienceMs} ms`)),
    patienceMs,
  );
  timer.unref();

  return {
    pid: child.pid ?? -1,
    announcement: () => announced.promise,
    ask(question) {
      const asked = Promise.withResolvers<unknown>();
      const id = ++lastId;
      waiting.set(id, asked);
      child.send({ ...question, id }, (error) => {
        if (error === null || !waiting.delete(id)) return;
        asked.reject(new BenchError('VARIANT_FAILED', `a process cannot be asked: ${error.message}`));
      });
      return asked.promise;
    },
    async close() {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      // It ends by itself, and with what it started, when the channel closes.
      if (child.connected) child.disconnect();
      const forced = setTimeout(stop, graceMs);
      await exited;
      clearTimeout(forced);
    },
  };
}
