import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every JSON document at a path: a file, or the `.json` files of a folder such as a mounted secret. Nothing there: none; one that is no JSON is passed over. */
export async function overrideFiles(path: string): Promise<unknown[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => null,
  );
  if (isFolder === null) return [];
  const files = isFolder ? (await readdir(path)).filter((name) => name.endsWith('.json')).map((name) => join(path, name)) : [path];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return [];
    }
  });
}
