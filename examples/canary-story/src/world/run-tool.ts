import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { endWithParent } from './node-process.ts';
import { WorldError } from './world-error.ts';

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Ends the tool. */
  readonly signal: AbortSignal;
}

/** Releases are built while others are measured: the builders take what the measured processes leave. */
const niceness = 10;

/** What npm puts into the environment of `npm start` is about the workspace, not about the package that is built here. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(cache|userconfig)$)/i.test(name) && !['NODE_OPTIONS', 'NODE_TEST_CONTEXT', 'NODE_ENV'].includes(name),
  );
  return { ...Object.fromEntries(own), NODE_OPTIONS: `--import ${endWithParent}` };
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or this system does not allow it: the build is only less polite.
  }
}

/**
 * Runs a tool to its end and returns what it wrote to stdout. The tool ends with this process.
 *
 * @throws WorldError `TOOL_MISSING`, `TOOL_FAILED` with the end of its output; the signal's reason when aborted
 */
export async function runTool({ command, args, cwd, signal }: ToolRun): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'], signal, killSignal: 'SIGKILL' });
  if (child.pid !== undefined) yieldToOthers(child.pid);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('close', (code) => resolve(code));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        reject(new WorldError('TOOL_MISSING', `${command} is needed to build the demo releases and is not on PATH`, { cause: error }));
      else if (child.pid === undefined) reject(error);
    });
  });
  signal.throwIfAborted();
  if (status !== 0)
    throw new WorldError('TOOL_FAILED', `${command} ${args[0] ?? ''} ended with ${status}: ${`${stdout}\n${stderr}`.trim().slice(-2_000)}`);
  return stdout;
}
