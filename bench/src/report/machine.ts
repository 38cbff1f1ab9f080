// Where a result was measured, so that nobody compares it with another machine's.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { Placement } from '../harness/placement.ts';

export interface Machine {
  /** RFC 3339, when the measurement began. */
  readonly date: string;
  /** Commit of the work tree; `+changes` where it was not clean, null outside of a clone. */
  readonly commit: string | null;
  readonly cpu: string;
  readonly processors: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Null: pinned; else why not. */
  readonly unpinned: string | null;
  /** Versions of the peers. */
  readonly peers: Readonly<Record<string, string>>;
}

export function describeMachine(root: string, placement: Placement, now: Date): Machine {
  const processors = cpus();
  return {
    date: now.toISOString(),
    commit: commitOf(root),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    unpinned: placement.reason,
    peers: peersOf(root),
  };
}

function commitOf(root: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return git('rev-parse', 'HEAD').trim() + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+changes');
  } catch {
    return null;
  }
}

function peersOf(root: string): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(root, 'bench/peers/package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  return manifest.dependencies ?? {};
}
