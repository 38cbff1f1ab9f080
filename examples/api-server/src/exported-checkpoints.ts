// The latest exported checkpoint of every stream, as this data directory has it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyResolver, parseStrictJson } from '@promotable/attest';
import { type Checkpoint, verifyCheckpoint } from '@promotable/ledger';

export interface ExportedCheckpoints {
  readonly checkpoints: readonly Checkpoint[];
  /** Files that hold no checkpoint of their stream by a listed key. */
  readonly unbelievable: readonly { readonly path: string; readonly cause: string }[];
}

/** Reads `<tenant>/<stream>.json` below `directory`; a directory that is not there holds none. Rejects where one cannot be read. */
export async function exportedCheckpoints(directory: string, resolveKey: KeyResolver): Promise<ExportedCheckpoints> {
  const checkpoints: Checkpoint[] = [];
  const unbelievable: { path: string; cause: string }[] = [];
  for (const tenant of await namesIn(directory)) {
    for (const file of (await namesIn(join(directory, tenant))).filter((name) => name.endsWith('.json'))) {
      const path = join(directory, tenant, file);
      try {
        const checkpoint = verifyCheckpoint(parseStrictJson(await readFile(path)), resolveKey);
        if (checkpoint.tenant !== tenant || `${checkpoint.stream}.json` !== file)
          throw new TypeError(`it is one of ${checkpoint.tenant}/${checkpoint.stream}`);
        checkpoints.push(checkpoint);
      } catch (error) {
        unbelievable.push({ path, cause: (error as Error).message });
      }
    }
  }
  return { checkpoints, unbelievable };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
