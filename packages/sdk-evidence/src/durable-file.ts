import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a file that is there whole or not at all, also after a crash: a temporary file beside it is flushed, takes the name in one
 * step, and the directory entry is flushed too. Rejects with the file system's own error.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array | string,
  { mode, temporaryDirectory = dirname(path) }: DurableFileOptions,
): Promise<void> {
  const temporary = join(temporaryDirectory, `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      // open() is subject to the umask.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

export interface DurableFileOptions {
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  /** Same file system as the target. @default the target's directory */
  readonly temporaryDirectory?: string;
}

/** Makes renames and removals in a directory survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** True for a file system error of that code, e.g. `ENOENT`. */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
