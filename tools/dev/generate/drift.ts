import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders that hold generated files and nothing else; a file there that nobody generates is a leftover. */
const ownedFolders = ['src/generated', 'schemas'];

/** Paths whose committed content differs from `wanted`, with what is wrong; empty when all is up to date. */
export function drift(directory: string, wanted: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  for (const [path, content] of wanted) {
    const file = join(directory, path);
    if (!existsSync(file)) faults.push(`${path} is missing`);
    else if (readFileSync(file, 'utf8') !== content) faults.push(`${path} differs`);
  }
  for (const path of leftovers(directory, wanted)) faults.push(`${path} is not generated any more`);
  return faults.sort();
}

/** Writes what differs and deletes leftovers. */
export function write(directory: string, wanted: ReadonlyMap<string, string>): void {
  for (const [path, content] of wanted) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file) || readFileSync(file, 'utf8') !== content) writeFileSync(file, content);
  }
  for (const path of leftovers(directory, wanted)) rmSync(join(directory, path));
}

function leftovers(directory: string, wanted: ReadonlyMap<string, string>): string[] {
  return ownedFolders
    .filter((folder) => existsSync(join(directory, folder)))
    .flatMap((folder) => readdirSync(join(directory, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !wanted.has(path));
}
