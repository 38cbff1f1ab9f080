import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { McError } from './mc-error.ts';

/**
 * Makes a folder and those above it where they are missing.
 * Step by step: Node's `recursive` asks for ever where a file system allows no folder at all, as /proc does.
 * @throws {McError} `FILE_NOT_WRITABLE`
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  try {
    await make(path, mode);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** What a person can do about a file or folder that cannot be written. */
export function notWritable(path: string, cause: unknown): McError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  const readOnly = ['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code);
  const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : readOnly ? `the folder is not writable (${code})` : code;
  return new McError('FILE_NOT_WRITABLE', `Cannot write ${path}: ${hint}.`, { cause });
}

async function make(path: string, mode: number): Promise<void> {
  if (await isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) await make(parent, mode);
  await mkdir(path, { mode }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await isDirectory(path))) throw error;
  });
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
