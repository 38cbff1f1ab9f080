import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultLine } from './fault.ts';
import { manifestFaults } from './manifest-rules.ts';
import { publishedPackages } from './published-package.ts';

const root = join(import.meta.dirname, '../../..');
const published = publishedPackages(root);

test('the published packages are these; every other member of the workspace is private', () => {
  expect(published.map(({ manifest }) => manifest.name)).toMatchInlineSnapshot(`
    [
      "@promotable/attest",
      "@promotable/contracts",
      "@promotable/gate",
      "@promotable/governance",
      "@promotable/ledger",
      "@promotable/mc",
      "@promotable/notify",
      "@promotable/sdk-evidence",
      "@promotable/server-kit",
      "@promotable/telemetry",
      "@promotable/policies",
    ]
  `);
});

test.each(published.map((one) => [one.manifest.name, one] as const))('the manifest of %s is complete and like the others', (_name, one) => {
  expect(manifestFaults(one).map(faultLine)).toEqual([]);
});

test.each(published.map((one) => [one.manifest.name, one] as const))('the README of %s says how to install it', (name, { directory }) => {
  expect(readFileSync(join(root, directory, 'README.md'), 'utf8')).toContain(`npm install ${name}`);
});

test('each fault of a manifest is named with its field', () => {
  const [one] = published;
  if (one === undefined) throw new Error('there is no package');
  const manifest = {
    ...one.manifest,
    homepage: 'https://example.com',
    publishConfig: { access: 'public' },
    keywords: [],
    files: ['dist'],
    dependencies: { pg: 'catalog:', zod: '^4', '@promotable/contracts': '^1.0.0' },
    peerDependencies: { ioredis: '^6' },
    exports: { '.': { import: './dist/index.js', types: './dist/index.d.ts' } },
  };
  expect(manifestFaults({ ...one, manifest }).map(({ path }) => path)).toEqual([
    'homepage',
    'publishConfig',
    'keywords',
    'files',
    'exports .',
    'dependencies pg',
    'dependencies zod',
    'dependencies @promotable/contracts',
    'peerDependencies ioredis',
  ]);
});
