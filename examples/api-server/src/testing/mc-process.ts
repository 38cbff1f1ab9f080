// Mission Control as a process of its own, as people run it: started, waited for, killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface McProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Sends the signal and resolves to the exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** What it wrote to stderr so far. */
  stderr(): string;
}

export interface FailedStart {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Starts MC; rejects with what it said when it ends before it is ready. */
export async function startMc(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<McProcess> {
  const { child, ended, output } = spawnMc(args, env);
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const line = output.stdout.split('\n').find((text) => text.includes('"ready"'));
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url);
    });
  });
  const url = await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`MC ended before it was ready: ${output.stderr}`);
    }),
  ]);
  return {
    url,
    child,
    stderr: () => output.stderr,
    async end(signal) {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Runs MC where it must not start. */
export async function failToStart(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<FailedStart> {
  const { child, ended, output } = spawnMc(args, env);
  await ended;
  return { code: child.exitCode, ...output };
}

function spawnMc(args: readonly string[], env: Readonly<Record<string, string>>) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(POSTGRES_URI|PORT|HOST|NODE_ENV|LOG_LEVEL|NODE_OPTIONS|VITEST.*|PROMOTABLE_.*)$/.test(name),
    ),
  );
  const child = spawn(process.execPath, ['--conditions=@promotable/source', main, ...args], {
    env: { ...clean, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output, ended: once(child, 'close') };
}
