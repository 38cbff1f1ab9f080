// The console's pages: one script, one style sheet, no asset from elsewhere.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Ids of the registered operations, by name: only the id of an operation is ever sent. */
const manifest = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@promotable/contracts/operations/manifest.json'), 'utf8'),
) as Record<string, string>;
const idOf = (start: string): string => {
  const found = Object.entries(manifest).find(([, text]) => text.startsWith(start));
  if (found === undefined) throw new Error(`no registered operation starts with ${start}`);
  return found[0];
};

export default defineConfig({
  define: {
    __RELEASES__: JSON.stringify(idOf('query Releases(')),
    __RELEASE_STORY__: JSON.stringify(idOf('query ReleaseStory(')),
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
