import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory, notWritable } from './make-directory.ts';

/** Writes a whole file or none: a temporary neighbour, then a rename. @throws {McError} `FILE_NOT_WRITABLE` */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  await makeDirectory(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content, { mode });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw notWritable(path, cause);
  }
}
