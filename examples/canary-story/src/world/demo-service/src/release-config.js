import { readFile } from 'node:fs/promises';

/**
 * Reads what this build was released as.
 *
 * @param {URL} file
 * @returns {Promise<{ releaseId: string, poolSize: number }>} poolSize: backend calls at a time
 */
export async function readReleaseConfig(file = new URL('../release.json', import.meta.url)) {
  const { releaseId, poolSize } = JSON.parse(await readFile(file, 'utf8'));
  if (typeof releaseId !== 'string' || releaseId === '') throw new Error(`${file.pathname}: releaseId must be a name`);
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) throw new Error(`${file.pathname}: poolSize must be a whole number above 0`);
  return { releaseId, poolSize };
}
