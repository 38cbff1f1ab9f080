// Files under the data directory: written whole or not at all, readable by their owner alone unless said otherwise.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApiServerError } from './api-server-error.ts';

/** Everything that MC keeps below its data directory; `--reset` removes these and nothing else. */
const kept = ['postgres', 'postgres.uri', 'keys', 'tokens', 'checkpoints', 'spool', 'mc.json', 'root.pub'] as const;

/**
 * Makes the directory where it is missing. PostgreSQL may run as another user below it, so others may pass, not look.
 * @throws {ApiServerError} `NOT_WRITABLE`, `DISK_FULL`
 */
export function ensureDirectory(path: string, mode = 0o711): Promise<void> {
  return onFiles(path, async () => {
    if (await makeDirectory(path, mode)) await chmod(path, mode);
    const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`);
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe);
  });
}

/**
 * Makes a directory and those above it where they are missing; answers whether it did.
 * Step by step: Node's `recursive` asks for ever where a file system allows no directory at all, as /proc does.
 */
async function makeDirectory(path: string, mode: number): Promise<boolean> {
  if (await isDirectory(path)) return false;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory(parent, mode);
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isDirectory(path)) return false;
    throw Object.assign(error as Error, { code: 'ENOTDIR' });
  }
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Replaces a file in one step. @throws {ApiServerError} `NOT_WRITABLE`, `DISK_FULL` */
export function writeFileWhole(path: string, text: string, mode = 0o600): Promise<void> {
  return onFiles(path, async () => {
    await makeDirectory(dirname(path), 0o700);
    const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const file = await open(draft, 'wx', mode);
      try {
        await file.writeFile(text);
        await file.chmod(mode);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  });
}

/** Removes what MC keeps, and nothing that it does not know. */
export function resetData(data: string): Promise<void> {
  return onFiles(data, async () => {
    for (const name of kept) await rm(join(data, name), { recursive: true, force: true });
  });
}

/** Runs work on files; what a person can repair comes out as one line. @throws {ApiServerError} `NOT_WRITABLE`, `DISK_FULL` */
export async function onFiles<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new ApiServerError(
        'DISK_FULL',
        `The disk that holds ${path} is full: free some space, or choose another directory with --data.`,
        { cause },
      );
    // ENOENT: a link to nowhere, or a file system that allows no directory.
    if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT'].includes(code))
      throw new ApiServerError(
        'NOT_WRITABLE',
        `${path} cannot be written (${code}): change its owner, or choose another directory with --data.`,
        { cause },
      );
    throw cause;
  }
}
