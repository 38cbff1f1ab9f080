// The built pages in memory: what `vite build` left, each file with the headers it is sent with.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface ConsoleFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

export interface ConsoleFiles {
  readonly page: ConsoleFile;
  /** By name below `/assets/`; each name holds the hash of its content. */
  readonly assets: ReadonlyMap<string, ConsoleFile>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Null where nothing was built. */
export async function readConsoleFiles(directory: string): Promise<ConsoleFiles | null> {
  try {
    const names = await readdir(join(directory, 'assets'));
    const assets = await Promise.all(names.map(async (name) => [name, await fileAt(join(directory, 'assets', name))] as const));
    return { page: await fileAt(join(directory, 'index.html')), assets: new Map(assets) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function fileAt(path: string): Promise<ConsoleFile> {
  const body = await readFile(path);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: types[extname(path)] ?? 'application/octet-stream', etag };
}
