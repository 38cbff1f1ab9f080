// The `mc` command in this process, with a world of its own: what it printed, how it ended.
import { runMc, type ExitCode, type Io } from '@promotable/mc';

export interface CommandResult {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** What `--json` printed; throws where it is not one JSON document. */
  json(): Record<string, never> & { error?: { code: string; message: string; faults: { path: string }[] } };
}

export type Command = (line: readonly string[] | string, world?: Partial<Io>) => Promise<CommandResult>;

/** Runs `mc` in a folder; a text is split at its spaces. */
export function mcIn(cwd: string, env: Readonly<Record<string, string>> = {}): Command {
  return async (line, world = {}) => {
    let out = '';
    let err = '';
    const io: Io = {
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
      env,
      cwd,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      fetch: globalThis.fetch,
      random: Math.random,
      columns: 0,
      signal: new AbortController().signal,
      ...world,
    };
    const code = await runMc(typeof line === 'string' ? line.split(' ') : line, io);
    return { code, out, err, json: () => JSON.parse(out) as ReturnType<CommandResult['json']> };
  };
}
