import { join } from 'node:path';
import { expect, test } from 'vitest';
import { escapingImports, forbiddenDependencies, forbiddenImports, nodeInContracts, unplacedMembers } from './arrows.ts';
import { fileCycles, packageCycles } from './cycles.ts';
import { anyTypes, consoleInPackages, defaultExports, junkDrawerNames, longFiles, starExports } from './house-rules.ts';
import { type Fault, type Manifest, type Member, readTree } from './tree.ts';

const tree = readTree(join(import.meta.dirname, '../..'));

const rules: Readonly<Record<string, (tree: readonly Member[]) => Fault[]>> = {
  'every member has a ring': unplacedMembers,
  'dependencies point to lower rings only': forbiddenDependencies,
  'imports point to lower rings only, are declared and go through exports': forbiddenImports,
  'relative imports stay inside their package': escapingImports,
  'contracts import nothing of Node': nodeInContracts,
  'no package depends on itself in a circle': packageCycles,
  'no file imports itself in a circle': fileCycles,
  'no file or folder is a junk drawer': junkDrawerNames,
  'no file has more than 300 lines': longFiles,
  'no default exports': defaultExports,
  'no export *': starExports,
  'no console in packages and policies': consoleInPackages,
  'no any': anyTypes,
};

test('the tree that is judged is the real one', () => {
  expect(tree.map(({ directory }) => directory)).toEqual(
    expect.arrayContaining(['packages/contracts', 'packages/gate', 'policies', 'tools/services']),
  );
  expect(tree.reduce((total, { files }) => total + files.size, 0)).toBeGreaterThan(100);
});

for (const [title, rule] of Object.entries(rules)) {
  test(title, () => {
    expect(rule(tree)).toEqual([]);
  });
}

/** A tree of one or two members, for showing that each rule can fail. */
function synthetic(name: string, files: Record<string, string>, manifest: Partial<Manifest> = {}): Member {
  const directory = `packages/${name}`;
  return {
    directory,
    manifest: { name: `@promotable/${name}`, exports: { '.': {} }, ...manifest },
    files: new Map(Object.entries(files).map(([file, text]) => [`${directory}/src/${file}`, text])),
  };
}

const workspace = 'workspace:*';
const breaches: readonly (readonly [string, (tree: readonly Member[]) => Fault[], readonly Member[]])[] = [
  ['a member without a ring', unplacedMembers, [synthetic('unknown', {})]],
  [
    'a dependency on a sibling',
    forbiddenDependencies,
    [synthetic('gate', {}, { dependencies: { '@promotable/sdk-evidence': workspace } })],
  ],
  ['a dependency on a higher ring', forbiddenDependencies, [synthetic('attest', {}, { dependencies: { '@promotable/gate': workspace } })]],
  ['a dependency on an example', forbiddenDependencies, [synthetic('mc', {}, { dependencies: { '@promotable/api-server': workspace } })]],
  [
    'a shipped dependency on the services',
    forbiddenDependencies,
    [synthetic('gate', {}, { dependencies: { '@promotable/services': workspace } })],
  ],
  [
    'an import of a sibling',
    forbiddenImports,
    [
      synthetic(
        'gate',
        { 'a.ts': `import type { X } from '@promotable/server-kit';` },
        { dependencies: { '@promotable/server-kit': workspace } },
      ),
      synthetic('server-kit', {}),
    ],
  ],
  [
    'an import of the services outside tests',
    forbiddenImports,
    [
      synthetic('gate', { 'a.ts': `import { opa } from '@promotable/services';` }, { dependencies: { '@promotable/services': workspace } }),
      synthetic('services', {}),
    ],
  ],
  [
    'a dynamic import of an example',
    forbiddenImports,
    [
      synthetic('mc', { 'a.ts': `await import('@promotable/api-server');` }, { dependencies: { '@promotable/api-server': workspace } }),
      synthetic('api-server', {}),
    ],
  ],
  [
    'an undeclared import',
    forbiddenImports,
    [synthetic('gate', { 'a.ts': `import {\n  x,\n} from '@promotable/attest';` }), synthetic('attest', {})],
  ],
  [
    'a deep import by name',
    forbiddenImports,
    [
      synthetic(
        'gate',
        { 'a.ts': `export { x } from '@promotable/attest/src/key.ts';` },
        { dependencies: { '@promotable/attest': workspace } },
      ),
      synthetic('attest', {}),
    ],
  ],
  ['a deep import by path', escapingImports, [synthetic('gate', { 'a.ts': `import { x } from '../../attest/src/key.ts';` })]],
  ['a module of Node in contracts', nodeInContracts, [synthetic('contracts', { 'a.ts': `import { join } from 'node:path';` })]],
  [
    'packages in a circle',
    packageCycles,
    [
      synthetic('a', {}, { dependencies: { '@promotable/b': workspace } }),
      synthetic('b', {}, { devDependencies: { '@promotable/a': workspace } }),
    ],
  ],
  [
    'files in a circle',
    fileCycles,
    [synthetic('gate', { 'a.ts': `import './b.ts';`, 'b.ts': `import type { A } from './c.ts';`, 'c.ts': `export { A } from './a.ts';` })],
  ],
  ['a file called utils', junkDrawerNames, [synthetic('gate', { 'utils.ts': '' })]],
  ['a folder called shared', junkDrawerNames, [synthetic('gate', { 'shared/key.ts': '' })]],
  ['a file of 301 lines', longFiles, [synthetic('gate', { 'a.ts': '\n'.repeat(301) })]],
  ['a default export', defaultExports, [synthetic('gate', { 'a.ts': 'export default 1;' })]],
  ['a renamed default export', defaultExports, [synthetic('gate', { 'a.ts': 'const a = 1;\nexport { a as default };' })]],
  ['a star export', starExports, [synthetic('gate', { 'index.ts': `export * from './a.ts';` })]],
  ['a console call', consoleInPackages, [synthetic('gate', { 'a.ts': `console.log('x');` })]],
  ['an any', anyTypes, [synthetic('gate', { 'a.ts': 'const a = (b: any) => b;' })]],
  ['an array of any', anyTypes, [synthetic('gate', { 'a.ts': 'const a = b as any[];' })]],
];

for (const [title, rule, broken] of breaches) {
  test(`${title} is found`, () => {
    expect(rule(broken)).toHaveLength(1);
  });
}

test('words in comments and strings break no rule', () => {
  const text = `// any: any, console.log, export default, export *\nconst a = "console.log(x as any)";\n/* import x from '@promotable/mc' */`;
  const harmless = [synthetic('gate', { 'a.ts': text })];
  expect([anyTypes, consoleInPackages, defaultExports, starExports, forbiddenImports].flatMap((rule) => rule(harmless))).toEqual([]);
});

test('a test may use the services, and the exceptions inside a ring hold', () => {
  const allowed = [
    synthetic(
      'gate',
      { 'a.test.ts': `import { testDatabase } from '@promotable/services';` },
      { devDependencies: { '@promotable/services': workspace } },
    ),
    synthetic('ledger', { 'a.ts': `import { sign } from '@promotable/attest';` }, { dependencies: { '@promotable/attest': workspace } }),
    synthetic('attest', {}),
    synthetic('services', {}),
  ];
  expect([forbiddenImports, forbiddenDependencies].flatMap((rule) => rule(allowed))).toEqual([]);
});
