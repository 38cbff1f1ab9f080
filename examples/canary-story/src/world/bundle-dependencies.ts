import { cp, readFile, realpath } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { WorldError } from './world-error.ts';

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Fills `node_modules` of a package from what is installed here, exactly as its npm lockfile says, without the network: the tarball bundles it,
 * so that what is measured is the tarball and nothing beside it.
 *
 * @param directory the package, with its package-lock.json
 * @param from a folder from which Node finds the dependencies that it names itself
 * @throws WorldError `DEPENDENCY_MISMATCH` when another version is installed, or none
 */
export async function bundleDependencies(directory: string, from: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')) as Lockfile;
  const done = new Set<string>();

  async function bundle(dependencies: Readonly<Record<string, string>>, base: string): Promise<void> {
    for (const name of Object.keys(dependencies)) {
      if (done.has(name)) continue;
      done.add(name);
      const locked = packages[`node_modules/${name}`];
      const source = await find(name, base);
      const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { version: string };
      if (version !== locked?.version)
        throw new WorldError(
          'DEPENDENCY_MISMATCH',
          `${name} ${version} is installed, the demo service's package-lock.json names ${locked?.version}`,
        );
      await cp(source, join(directory, 'node_modules', name), {
        recursive: true,
        filter: (file) => !file.slice(source.length).includes('node_modules'),
      });
      await bundle(locked.dependencies ?? {}, source);
    }
  }
  await bundle(packages['']?.dependencies ?? {}, from);
}

/** Finds a package as Node does: in the nearest `node_modules` above; through a link, where it leads to. */
async function find(name: string, from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      return await realpath(join(folder, 'node_modules', name));
    } catch (error) {
      if (folder === parse(folder).root)
        throw new WorldError('DEPENDENCY_MISMATCH', `${name}, a dependency of the demo service, is not installed`, { cause: error });
    }
  }
}
