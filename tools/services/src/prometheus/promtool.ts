import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CacheOptions } from '../cache/cache.ts';
import { prometheusPrograms } from './programs.ts';

export interface PromtoolOptions extends CacheOptions {
  /** Directory to run it in; rule files name others relative to themselves. @default the current one */
  readonly cwd?: string;
  /** File that it reads as its standard input, as `promtool check metrics` does. @default nothing */
  readonly input?: string;
}

/** What promtool said. */
export interface PromtoolResult {
  /** 0: all is well; 1: a check or a test failed. */
  readonly exitCode: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Runs `promtool <args>`, for example `['test', 'rules', 'alerts.test.yaml']`. Throws `PART_UNAVAILABLE` when promtool cannot be had. */
export async function promtool(args: readonly string[], options: PromtoolOptions = {}): Promise<PromtoolResult> {
  const { promtool: program } = await prometheusPrograms(options);
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { cwd: options.cwd, signal: options.signal, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(new Error(`promtool did not run: ${error.message}`, { cause: error }));
        else resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr });
      },
    );
    if (options.input === undefined) child.stdin?.end();
    else pipeline(createReadStream(options.input), child.stdin as Writable).catch(reject);
  });
}
