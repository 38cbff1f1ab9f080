import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drift, write } from './drift.ts';
import { jsonSchemas } from './json-schemas.ts';
import { operationId, persistedManifest } from './persisted-manifest.ts';
import { reasonCodes } from './reason-codes.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-generate-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('a generated file that is missing, edited or left over is named, and writing repairs all three', async () => {
  const wanted = new Map([
    ['schemas/a.json', '1\n'],
    ['schemas/b.json', '2\n'],
  ]);
  await mkdir(join(directory, 'schemas'));
  await writeFile(join(directory, 'schemas/a.json'), 'edited\n');
  await writeFile(join(directory, 'schemas/old.json'), '0\n');
  expect(drift(directory, wanted)).toEqual([
    'schemas/a.json differs',
    'schemas/b.json is missing',
    'schemas/old.json is not generated any more',
  ]);
  write(directory, wanted);
  expect(drift(directory, wanted)).toEqual([]);
});

test('the id of an operation is the SHA-256 of its text without trailing white space', async () => {
  await mkdir(join(directory, 'graphql'));
  await mkdir(join(directory, 'operations/x'), { recursive: true });
  await writeFile(join(directory, 'graphql/schema.graphql'), 'type Query { n: Int }');
  await writeFile(join(directory, 'operations/x/N.graphql'), 'query N { n }\n\n');
  const manifest = JSON.parse((await persistedManifest(directory)).get('operations/manifest.json') ?? '') as object;
  // printf 'query N { n }' | sha256sum
  expect(manifest).toEqual({ '9c3d74b73a9fffde3882279db5e9c9051d6254b7008b87f1b05c7b2d36064915': 'query N { n }' });
  expect(operationId('query N { n }')).toBe(Object.keys(manifest)[0]);
});

test('an operation that does not fit the schema stops the generation, every fault with its file', async () => {
  await mkdir(join(directory, 'graphql'));
  await mkdir(join(directory, 'operations'));
  await writeFile(join(directory, 'graphql/schema.graphql'), 'type Query { n: Int }');
  await writeFile(join(directory, 'operations/A.graphql'), '{ absent }');
  await writeFile(join(directory, 'operations/B.graphql'), '{ gone }');
  await expect(persistedManifest(directory)).rejects.toThrow(
    /A\.graphql: Cannot query field "absent".*\n.*B\.graphql: Cannot query field "gone"/,
  );
});

test('each JSON Schema has an id of its own and states its dialect', () => {
  const schemas = [...jsonSchemas().values()].map((text) => JSON.parse(text) as { $id: string; $schema: string });
  expect(new Set(schemas.map(({ $id }) => $id)).size).toBe(schemas.length);
  expect(new Set(schemas.map(({ $schema }) => $schema))).toEqual(new Set(['https://json-schema.org/draft/2020-12/schema']));
});

test('the page of reason codes has every code with its class, its parameters and their units, and the settings that decide it', () => {
  const page = reasonCodes({
    reasons: {
      TOO_SLOW: {
        title: 'Too slow',
        class: 'waivable_breach',
        waivable: true,
        integrity: false,
        owner: 'service',
        package: 'promotable.speed',
        settings: ['p95BudgetMs'],
        description: 'By a measurement.',
        message: '{measured:unit} in {window:duration} | {source}',
        fix: 'Be faster than {measured}.',
      },
    },
    settings: {
      p95BudgetMs: { unit: 'ms', tighter: 'lower', description: 'How slow.', reason: 'Users.' },
      unused: { unit: 'ms', tighter: 'free', description: 'Nobody names it.', reason: '' },
    },
    standard: { values: { p95BudgetMs: 90_000 }, bounds: { p95BudgetMs: 3_600_000 } },
  });
  const waivable = page.slice(page.indexOf('## Waivable breaches'), page.indexOf('## Missing proof'));
  expect(waivable).toContain('| [`TOO_SLOW`](#too_slow) | Too slow | waiver, override | service  |');
  expect(waivable).toContain('> {measured} in {window} \\| {source}');
  expect(waivable).toContain('- Parameters: `measured` (in `unit`), `window` (ms), `source`');
  expect(waivable).toContain('- Decided by: [`p95BudgetMs`](#p95budgetms)');
  expect(page).toMatch(/`p95BudgetMs` \| 90 s +\| 1 h +\| How slow\. Users\. +\| \[`TOO_SLOW`\]/);
  expect(page).not.toContain('unused');
});
