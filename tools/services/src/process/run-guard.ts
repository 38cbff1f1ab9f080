import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A run of many processes with one temporary directory. */
export interface GuardedRun {
  /** Value of TMPDIR for every process of the run, and already that of this process. */
  readonly directory: string;
  /** Deletes the directory and gives TMPDIR its former value back. Ends no process: they are expected to have ended. */
  end(): Promise<void>;
}

/**
 * Makes a temporary directory the TMPDIR of this process and all that it starts from now on. When this process is gone without having called
 * `end`, killed with SIGKILL for example, a guard ends all of them and deletes the directory.
 */
export function guardRun(name: string): GuardedRun {
  const former = process.env['TMPDIR'];
  const directory = mkdtempSync(join(tmpdir(), `promotable-${name}-`));
  const guard = spawn(process.execPath, [fileURLToPath(new URL('./run-guard.program.ts', import.meta.url)), directory], {
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.stdin.on('error', () => undefined);
  guard.unref();
  (guard.stdin as { unref?: () => void }).unref?.();
  // As root, servers run as another user, who must get through to directories of their own.
  chmodSync(directory, 0o711);
  process.env['TMPDIR'] = directory;
  return {
    directory,
    async end() {
      if (former === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = former;
      const ended = new Promise((done) => guard.once('close', done));
      guard.ref();
      guard.stdin.end('end\n');
      if (guard.exitCode === null) await ended;
    },
  };
}
