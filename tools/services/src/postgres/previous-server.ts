import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServicesError } from '../services-error.ts';
import { clusterDirectory } from './cluster-directory.ts';

/**
 * Waits for a server that a former parent left shutting down on this data directory, and removes the `postmaster.pid` of one that crashed
 * when another program has got its process id since. Throws `DATA_IN_USE` when a server still runs after `waitMs` milliseconds.
 */
export async function awaitPreviousServer(dataDirectory: string, waitMs: number, signal?: AbortSignal): Promise<void> {
  const path = join(clusterDirectory(dataDirectory), 'postmaster.pid');
  for (const deadline = Date.now() + waitMs; ; ) {
    const pid = readPid(path);
    if (pid === null) return;
    if (!isPostgres(pid)) {
      rmSync(path, { force: true });
      return;
    }
    if (Date.now() >= deadline) {
      throw new ServicesError(
        'DATA_IN_USE',
        `${dataDirectory} is in use by another server (process ${pid}): stop it or choose another data directory.`,
      );
    }
    await delay(100, undefined, signal === undefined ? {} : { signal });
  }
}

function readPid(path: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}
