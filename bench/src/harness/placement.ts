// Which processor a process is tied to: what is measured on the first one, what makes load on the last one.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface Placement {
  /** Whether processes are tied to processors. */
  readonly isPinned: boolean;
  /** Why not; null where they are. */
  readonly reason: string | null;
  /** The command that starts `argv` at a place. */
  at(place: 'measured' | 'load', argv: readonly string[]): readonly string[];
}

export function findPlacement(): Placement {
  const reason = obstacle();
  const last = availableParallelism() - 1;
  return {
    isPinned: reason === null,
    reason,
    at: (place, argv) => (reason === null ? ['taskset', '-c', place === 'measured' ? '0' : String(last), ...argv] : argv),
  };
}

function obstacle(): string | null {
  if (availableParallelism() < 2) return 'there is one processor only: server and load generator share it';
  const tried = spawnSync('taskset', ['-c', `0,${availableParallelism() - 1}`, process.execPath, '--version'], { stdio: 'ignore' });
  return tried.status === 0 ? null : 'taskset is not there or not allowed: processes may move between processors';
}
