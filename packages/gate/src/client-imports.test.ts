import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every module that importing a file loads, workspace sources followed. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8').replaceAll(/^(import|export) type [^;]*;/gm, '');
  for (const [, name = ''] of source.matchAll(/(?:from|import) '([^']+)'/g)) {
    if (name.startsWith('.')) loadedBy(join(dirname(file), name), seen);
    else if (name.startsWith('@promotable/')) loadedBy(sourceOf(name), seen);
    else seen.add(name);
  }
  return seen;
}

function sourceOf(name: string): string {
  const [scope, packageName, subpath] = name.split('/');
  const manifest = join(import.meta.dirname, '..', 'node_modules', `${scope}`, `${packageName}`, 'package.json');
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: Record<string, { '@promotable/source': string }> };
  return join(dirname(manifest), exports[subpath === undefined ? '.' : `./${subpath}`]?.['@promotable/source'] ?? '');
}

describe('the client', () => {
  it('loads neither a database client, nor a server, nor WebAssembly', () => {
    const foreign = [...loadedBy(join(import.meta.dirname, 'client.ts'))].filter(
      (name) => !name.startsWith('/') && !name.startsWith('node:'),
    );
    expect(foreign.sort()).toEqual(['@opentelemetry/api', 'zod']);
  });
});
