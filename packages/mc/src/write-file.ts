import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { McError } from './mc-error.ts';

/** Writes a whole file or none: a temporary neighbour, then a rename. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const hint = code === 'ENOSPC' ? 'the disk is full' : code === 'EACCES' || code === 'EROFS' ? 'the folder is not writable' : code;
    throw new McError('FILE_NOT_WRITABLE', `Cannot write ${path}: ${hint}.`, { cause });
  }
}
