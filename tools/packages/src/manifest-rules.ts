import type { Fault } from './fault.ts';
import type { PublishedPackage } from './published-package.ts';

const repository = 'https://github.com/promotable/promotable';

/** Peers that a user installs only for the subpaths that need them. */
const optionalPeers = new Set(['pg', 'neo4j-driver', 'ioredis', '@platformatic/kafka', '@kubernetes/client-node', 'playwright-core']);

/** What every published manifest says alike, so that a registry shows, links and attests each package in the same way. */
export function manifestFaults({ directory, manifest }: PublishedPackage): Fault[] {
  const wanted: Readonly<Record<string, unknown>> = {
    homepage: `${repository}/tree/main/${directory}#readme`,
    bugs: `${repository}/issues`,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    repository: { type: 'git', url: `git+${repository}.git`, directory },
    engines: { node: '>=22.13' },
    publishConfig: { access: 'public', provenance: true },
  };
  const fault = (path: string, message: string): Fault => ({ subject: manifest.name, path, message });
  const faults = Object.entries(wanted)
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => fault(field, `must be ${JSON.stringify(value)}`));
  if (!/^@promotable\/[a-z-]+$/.test(manifest.name)) faults.push(fault('name', 'must be @promotable/ and a word in lower case'));
  if (!/^[\w`].{20,160}\.$/.test(String(manifest['description'])))
    faults.push(fault('description', 'must be one sentence of 20 to 160 characters'));
  const keywords = manifest['keywords'];
  if (!Array.isArray(keywords) || keywords[0] !== 'promotable' || keywords.length < 4) {
    faults.push(fault('keywords', 'must be "promotable" and at least three words that somebody would search for'));
  }
  for (const file of ['dist', 'README.md']) if (manifest.files?.includes(file) !== true) faults.push(fault('files', `must name ${file}`));
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const built = target['import']?.replace(/\.js$/, '') ?? '';
    const order = JSON.stringify({ '@promotable/source': target['@promotable/source'], types: `${built}.d.ts`, import: `${built}.js` });
    if (JSON.stringify(target) !== order)
      faults.push(fault(`exports ${subpath}`, 'must be source, types and import, in this order, types beside code'));
  }
  return [...faults, ...dependencyFaults({ directory, manifest })];
}

/** Siblings are pinned by the workspace, others by the catalog; heavy clients are peers that nobody must install. */
function dependencyFaults({ manifest }: PublishedPackage): Fault[] {
  const fault = (path: string, message: string): Fault => ({ subject: manifest.name, path, message });
  return [
    ...Object.entries(manifest.dependencies ?? {}).flatMap(([name, range]) => {
      const wanted = name.startsWith('@promotable/') ? 'workspace:*' : 'catalog:';
      if (optionalPeers.has(name)) return [fault(`dependencies ${name}`, 'must be an optional peer: most users never load it')];
      return range === wanted ? [] : [fault(`dependencies ${name}`, `must be ${wanted}`)];
    }),
    ...Object.keys(manifest.peerDependencies ?? {}).flatMap((name) =>
      manifest.peerDependenciesMeta?.[name]?.optional === true ? [] : [fault(`peerDependencies ${name}`, 'must be optional')],
    ),
  ];
}
