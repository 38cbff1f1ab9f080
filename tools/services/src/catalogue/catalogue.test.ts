import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serviceOf, services, servicesOf } from './catalogue.ts';
import { missingFor, missingPrerequisites } from './prerequisites.ts';
import { provide } from './provide.ts';
import type { Service } from './service.ts';

let cacheDirectory: string;

beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'promotable-catalogue-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cacheDirectory, { recursive: true });
});

function service(more: Partial<Service>): Service {
  return { ...serviceOf('postgres'), name: 'part', title: 'Part 1', variables: ['PART_URL', 'PART_USER'], ...more };
}

const unmet = { needs: 'a thing', install: 'install it', for: 'fetching', isMet: async () => false } as const;

test('every part has a name and variables of its own, and both sets have parts', () => {
  const names = services.map(({ name }) => name);
  const variables = services.flatMap((each) => each.variables);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(variables).size).toBe(variables.length);
  expect([...servicesOf('light'), ...servicesOf('heavy')]).toHaveLength(services.length);
  expect(() => serviceOf('nothing')).toThrow(expect.objectContaining({ code: 'UNKNOWN_SERVICE' }));
});

test("the user's own part is taken as it is, with all its variables that are set, and nothing is started or needed", async () => {
  vi.stubEnv('PART_URL', 'part://example');
  const own = service({ start: () => Promise.reject(new Error('started')), requires: [unmet] });
  const { environment, stop } = await provide(own);
  expect(environment).toEqual({ PART_URL: 'part://example' });
  await stop();
  expect(await missingFor([own])).toEqual([]);
});

test('everything that is missing is listed at once, with what to install and the variable to set instead', async () => {
  const parts = [service({ requires: [unmet] }), service({ name: 'other', title: 'Other 2', requires: [unmet], variables: ['OTHER_URL'] })];
  expect(await missingFor(parts, { cacheDirectory })).toEqual([
    { part: 'Part 1', needs: 'a thing', install: 'install it, or set PART_URL' },
    { part: 'Other 2', needs: 'a thing', install: 'install it, or set OTHER_URL' },
  ]);
});

test('what is needed for fetching no longer counts once the part is in the cache; what is needed for running does', async () => {
  await mkdir(join(cacheDirectory, 'part-1'));
  const kept = service({ keptAs: 'part-1', requires: [unmet, { ...unmet, needs: 'another thing', for: 'running' }] });
  expect(await missingFor([kept], { cacheDirectory })).toMatchObject([{ needs: 'another thing' }]);
});

test('a machine with Node alone lacks something for the light set, and every line of it says what to do', async () => {
  vi.stubEnv('PATH', cacheDirectory);
  vi.stubEnv('JAVA_HOME', '');
  for (const { variables } of services) for (const variable of variables) vi.stubEnv(variable, '');
  const missing = await missingPrerequisites('light', { cacheDirectory });
  expect(missing.map(({ part }) => part)).toEqual(
    expect.arrayContaining([expect.stringContaining('Prometheus'), expect.stringContaining('Chromium')]),
  );
  for (const { install } of missing) expect(install).toMatch(/^install .+, or set [A-Z0-9_]+$/);
});

test('the README has a row for every part, with its set and variable', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  for (const { name, set, variables } of services) {
    expect(readme.replaceAll(/ +/g, ' ')).toContain(`| \`${name}\` | ${set} | \`${variables[0]}\` `);
  }
});
