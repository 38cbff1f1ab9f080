import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withLock } from '../../../bootstrap/lock.mjs';
import { fileSystemError, ServicesError } from '../services-error.ts';

export interface CacheOptions {
  /** Directory that keeps fetched and built programs. @default $XDG_CACHE_HOME/promotable, else ~/.cache/promotable */
  readonly cacheDirectory?: string;
  /** Gets one line per step while something is fetched or built. @default nothing is said */
  readonly onProgress?: (line: string) => void;
  /** Ends a fetch or a build. */
  readonly signal?: AbortSignal;
}

/** What {@link CachedPart.fill} works with. */
export interface Filling {
  /** Says one line of progress; the name of the part is put before it. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One version of one part. What it holds never changes: another content is another version. */
export interface CachedPart {
  readonly name: string;
  readonly version: string;
  /** Puts the whole content into `directory`, which is empty; verifies it; throws when anything is wrong. */
  fill(directory: string, filling: Filling): Promise<void>;
}

/** The directory that keeps every fetched or built program. */
export function cacheDirectory(options: CacheOptions = {}): string {
  return options.cacheDirectory ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'promotable');
}

/**
 * The directory `<cache>/<name>-<version>`, filled on the first call, by one process at a time; whole or not there at all.
 * Throws `PART_UNAVAILABLE`, `NOT_WRITABLE`, `DISK_FULL` or `ABORTED`, with one line that says what to do.
 */
export async function cached(part: CachedPart, options: CacheOptions = {}): Promise<string> {
  const directory = join(cacheDirectory(options), `${part.name}-${part.version}`);
  if (existsSync(directory)) return directory;
  const signal = options.signal ?? new AbortController().signal;
  const say = (line: string): void => options.onProgress?.(`${part.name} ${part.version}: ${line}`);
  try {
    signal.throwIfAborted();
    await mkdir(dirname(directory), { recursive: true });
    await withLock(
      `${directory}.lock`,
      async () => {
        if (!existsSync(directory)) await fill(part, directory, { say, signal });
      },
      (pid) => say(`process ${pid} is at it, waiting`),
      signal,
    );
  } catch (error) {
    throw cacheFailure(part, directory, error, signal);
  }
  return directory;
}

/** Runs under the lock, so every draft that is there was left by a process that is dead. */
async function fill(part: CachedPart, directory: string, filling: Filling): Promise<void> {
  const draftPrefix = `${directory}.draft-`;
  for (const name of await readdir(dirname(directory))) {
    if (name.startsWith(basename(draftPrefix))) await remove(join(dirname(directory), name));
  }
  const draft = await mkdtemp(draftPrefix);
  try {
    // A directory of its own: mkdtemp gives 0700, and the content may be read by another account (PostgreSQL's, a test user's).
    await mkdir(join(draft, 'content'), { mode: 0o755 });
    filling.signal.throwIfAborted();
    await part.fill(join(draft, 'content'), filling);
    filling.signal.throwIfAborted();
    await rename(join(draft, 'content'), directory);
  } finally {
    await remove(draft);
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

function cacheFailure({ name, version }: CachedPart, directory: string, cause: unknown, signal: AbortSignal): ServicesError {
  if (signal.aborted) return new ServicesError('ABORTED', `${name} ${version} was not fetched to its end: it was aborted.`, { cause });
  if (cause instanceof ServicesError) return cause;
  const { syscall, message } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined && !syscall.startsWith('spawn')) return fileSystemError(dirname(directory), cause);
  return new ServicesError('PART_UNAVAILABLE', `${name} ${version} could not be had: ${message}`, { cause });
}
