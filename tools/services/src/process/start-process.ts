import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@promotable/contracts';
import { ServicesError } from '../services-error.ts';
import { freePort } from './free-port.ts';
import { endSupervisor, startSupervisor, supervise, type Supervised } from './supervise.ts';
import type { SupervisorOrder } from './supervisor.ts';

/** How the caller of a part wants it started. */
export interface StartOptions {
  /** Gets the part's own lines, at level debug. @default none */
  readonly logger?: Logger;
  /** Stops the part when aborted, also while it starts. */
  readonly signal?: AbortSignal;
}

/** Where one start takes place. A start that finds its port taken is made again elsewhere. */
export interface Site {
  /** An empty temporary directory, deleted when the part has ended. */
  readonly directory: string;
  /** As many free ports of 127.0.0.1 as were asked for. */
  readonly ports: readonly [number, ...number[]];
}

/** What to run at a site. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to PATH and HOME (the site's directory), which is all that the program gets of ours. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Numeric account to run it as. @default ours */
  readonly credentials?: { readonly uid?: number; readonly gid?: number };
}

export interface ProcessDescription {
  /** In messages, and in the name of the temporary directory. */
  readonly name: string;
  /** How many ports it needs. @default 1 */
  readonly ports?: number;
  /** Writes its configuration into the site and says what to run. */
  readonly command: (site: Site) => Command | Promise<Command>;
  /** A line of its output that says it is ready, or a probe that is asked every 50 ms until it resolves. */
  readonly ready: RegExp | ((site: Site, signal: AbortSignal) => Promise<unknown>);
  /** Milliseconds that it has to become ready. @default 60000 */
  readonly readyMs?: number;
  /** Milliseconds from SIGTERM, to its whole process group, to SIGKILL. @default 10000 */
  readonly shutdownMs?: number;
}

/** A part that runs. It ends with `stop()`, and by itself when this process ends in whatever way, SIGKILL included; its directory goes with it. */
export interface RunningProcess extends Supervised {
  readonly site: Site;
}

const portTaken = /address (?:\S+ )?(?:is )?already in use|EADDRINUSE|failed to bind|could not bind/i;

/** Starts a part on free ports in a temporary directory. Throws `START_FAILED` with the end of its output, or `ABORTED`. */
export async function startProcess(description: ProcessDescription, options: StartOptions = {}): Promise<RunningProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(description, options);
    } catch (cause) {
      if (options.signal?.aborted) throw new ServicesError('ABORTED', `${description.name} was stopped while it started.`, { cause });
      // Another process may take a free port between our look and the part's bind.
      if (!(cause instanceof ServicesError && cause.code === 'PORT_TAKEN') || attempt === 5) throw cause;
    }
  }
}

async function startOnce(description: ProcessDescription, { logger, signal }: StartOptions): Promise<RunningProcess> {
  const { name, ready, readyMs = 60_000 } = description;
  signal?.throwIfAborted();
  const ports = await Promise.all(Array.from({ length: description.ports ?? 1 }, freePort));
  // No other step in between: from here on the directory does not outlive us.
  const directory = mkdtempSync(join(tmpdir(), `promotable-${name}-`));
  const supervisor = startSupervisor([directory]);
  const site: Site = { directory, ports: ports as [number, ...number[]] };
  try {
    const running = await supervise(supervisor, orderOf(description, site, await description.command(site)), {
      name,
      ready: (watch) => (ready instanceof RegExp ? watch.output(ready) : poll((each) => ready(site, each), watch.signal)),
      failure: (output, reason) => startFailure(name, output, reason),
      readyMs,
      logger,
      signal,
    });
    return { site, ...running };
  } catch (error) {
    await endSupervisor(supervisor);
    throw error;
  }
}

function orderOf({ shutdownMs = 10_000 }: ProcessDescription, { directory }: Site, command: Command): SupervisorOrder {
  const { program, args, environment = {}, credentials = {} } = command;
  return {
    program,
    args,
    credentials,
    cwd: directory,
    environment: { PATH: process.env['PATH'] ?? '', HOME: directory, TMPDIR: directory, LC_ALL: 'C', TZ: 'UTC', ...environment },
    stop: [
      ['SIGTERM', 0],
      ['SIGKILL', shutdownMs],
    ],
  };
}

async function poll(probe: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answered = await probe(AbortSignal.any([signal, AbortSignal.timeout(5_000)])).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(50);
  }
}

function startFailure(name: string, output: string, reason: 'ended' | 'late'): ServicesError {
  const lines = output.trim().split('\n').slice(-15).join('\n');
  const code = portTaken.test(output) ? 'PORT_TAKEN' : 'START_FAILED';
  const what = reason === 'ended' ? 'ended before it was ready' : 'was not ready in time';
  return new ServicesError(code, `${name} ${what}; the end of its output:\n${lines === '' ? '(nothing)' : lines}`);
}
