import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleDependencies } from './bundle-dependencies.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundle-dependencies-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function write(path: string, content: object): Promise<void> {
  await mkdir(join(directory, path, '..'), { recursive: true });
  await writeFile(join(directory, path), JSON.stringify(content));
}

const lock = (version: string) =>
  write('service/package-lock.json', {
    packages: {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '^2' } },
      'node_modules/b': { version, dependencies: { a: '1' } },
    },
  });
const bundle = () => bundleDependencies(join(directory, 'service'), join(directory, 'installed/deep'));

describe('bundleDependencies', () => {
  it('brings in what is depended on, directly or not, from where Node would find it', async () => {
    await lock('2.0.0');
    await write('installed/node_modules/a/package.json', { version: '1.0.0' });
    await write('installed/node_modules/a/node_modules/b/package.json', { version: '2.0.0' });
    await bundle();
    for (const [name, version] of [
      ['a', '1.0.0'],
      ['b', '2.0.0'],
    ] as const) {
      expect(JSON.parse(await readFile(join(directory, 'service/node_modules', name, 'package.json'), 'utf8'))).toEqual({ version });
    }
  });

  it('refuses another version than the lockfile names, since the SBOM would not be true', async () => {
    await lock('2.0.1');
    await write('installed/node_modules/a/package.json', { version: '1.0.0' });
    await write('installed/node_modules/b/package.json', { version: '2.0.0' });
    await expect(bundle()).rejects.toThrow(
      expect.objectContaining({ code: 'DEPENDENCY_MISMATCH', message: expect.stringMatching(/b 2\.0\.0 .* 2\.0\.1/) }),
    );
  });

  it('names a dependency that is not installed', async () => {
    await lock('2.0.0');
    await write('installed/node_modules/a/package.json', { version: '1.0.0' });
    await expect(bundle()).rejects.toThrow(
      expect.objectContaining({ code: 'DEPENDENCY_MISMATCH', message: expect.stringContaining('b, a dependency') }),
    );
  });
});
