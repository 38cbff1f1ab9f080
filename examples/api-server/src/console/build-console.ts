// Builds the pages: for deployment by `npm run build:console`, in development when they are missing or older than their sources.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where MC serves the pages from. */
export const consoleDirectory = fileURLToPath(new URL('../../dist/console', import.meta.url));
const sources = fileURLToPath(new URL('../../console', import.meta.url));
const manifest = createRequire(import.meta.url).resolve('@promotable/contracts/operations/manifest.json');
const digestFile = 'source-digest';

/** Builds unless what is there was built from these very sources; of two that build at once, either one's result stays. */
export async function ensureConsole(): Promise<void> {
  const digest = await sourceDigest();
  const built = await readFile(join(consoleDirectory, digestFile), 'utf8').catch(() => '');
  if (built !== digest) await buildConsole(digest);
}

async function buildConsole(digest: string): Promise<void> {
  const { build } = await import('vite');
  const draft = `${consoleDirectory}.${randomBytes(6).toString('hex')}`;
  try {
    await build({ root: sources, configFile: join(sources, 'vite.config.ts'), logLevel: 'silent', build: { outDir: draft } });
    await writeFile(join(draft, digestFile), digest);
    await rm(consoleDirectory, { recursive: true, force: true });
    await rename(draft, consoleDirectory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Of every source file, and of the operations whose ids are built in. */
async function sourceDigest(): Promise<string> {
  const files = (await readdir(sources, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...files, manifest]) hash.update(`${relative(sources, file)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

if (import.meta.main) await ensureConsole();
