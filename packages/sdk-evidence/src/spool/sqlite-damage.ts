// A damaged SQLite file: told from a stranger's, and put aside, never deleted.
import { renameSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const suffix = '.damaged-';
/** How a database begins (https://www.sqlite.org/fileformat.html §1.3). */
const magic = Buffer.from('SQLite format 3\0');
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damagedCodes = [11, 26];

/** What the check of a database found. */
export class DamagedDatabase extends Error {
  readonly errcode = 11;
}

/**
 * Opens, and when the file is damaged puts it aside together with its log, and opens an empty one. A file that never was a database is
 * somebody else's and stays where it is.
 */
export async function openUndamaged<T>(path: string, openDatabase: () => T, now: number): Promise<T> {
  const inode = inodeOf(path);
  try {
    return openDatabase();
  } catch (error) {
    if (!damagedCodes.includes((error as { errcode?: number }).errcode ?? 0) || !(await wasDatabase(path))) throw error;
    putAside(path, inode, now);
    return openDatabase();
  }
}

/** Paths of what was put aside, now or before. */
export async function damagedFiles(path: string): Promise<string[]> {
  if (path === ':memory:') return [];
  const prefix = `${basename(path)}${suffix}`;
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(prefix) && /-\d+$/.test(name)).map((name) => join(dirname(path), name));
}

/** In one go, so that within this process nobody comes between; the name is nobody else's, so that nothing is ever written over. */
function putAside(path: string, inode: number | null, now: number): void {
  // Another process may have put it aside already and be writing to its successor.
  if (inodeOf(path) !== inode) return;
  const aside = `${path}${suffix}${now}-${process.pid}`;
  renameSync(path, aside);
  // The log holds commits that the file does not have yet; SQLite finds it by the name of the file.
  for (const part of ['-wal', '-shm']) if (inodeOf(`${path}${part}`) !== null) renameSync(`${path}${part}`, `${aside}${part}`);
}

/** It begins as a database does, or with the zeros that a power cut leaves behind. */
async function wasDatabase(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && (buffer.equals(magic) || buffer.every((byte) => byte === 0));
  } finally {
    await file.close();
  }
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
