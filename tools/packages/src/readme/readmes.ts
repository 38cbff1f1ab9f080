import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from '../published-package.ts';

/** A README whose code is checked and run. */
export interface Readme {
  /** Relative to the root. */
  readonly path: string;
  /** Name of its fixture in `tools/packages/readmes`, and of the directory in which it runs. */
  readonly slug: string;
  /** Whether its snippets use members of the workspace that are not published: they resolve to the sources. */
  readonly inWorkspace: boolean;
}

/** Every README with code: those of the packages as a stranger meets them, the others on the sources. */
export function readmes(root: string): Readme[] {
  const packages = publishedPackages(root).map(({ directory, manifest }) => ({
    path: `${directory}/README.md`,
    slug: manifest.name.replace('@promotable/', ''),
    inWorkspace: false,
  }));
  const others = ['tools', 'examples/api-server', 'examples/canary-story'].map((directory) => ({
    path: `${directory}/README.md`,
    slug: directory.replace('examples/', ''),
    inWorkspace: true,
  }));
  return [{ path: 'README.md', slug: 'root', inWorkspace: false }, ...packages, ...others].filter(({ path }) =>
    existsSync(join(root, path)),
  );
}
