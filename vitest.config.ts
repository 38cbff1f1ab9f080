// Workspace packages resolve to their sources, so tests need no build.
const resolve = { conditions: ['@promotable/source', 'node'] };

const folders = ['packages/*/src', 'policies/src', 'examples/*/src', 'tools', 'bench'];
const ending = (kind: string): string[] => folders.map((folder) => `${folder}/**/*${kind}`);

// `npm run test:interop` runs these alone: they need programs that take minutes to build.
const interop = ending('.interop.test.ts');
// `npm test -- --light` leaves these out: they need a part that npm does not give.
const system = ending('.system.test.ts');

const isInterop = process.env['PROMOTABLE_INTEROP'] === '1';
const isLight = process.env['PROMOTABLE_LIGHT'] === '1';

export default {
  resolve,
  ssr: { resolve },
  // The environment in which vitest runs globalSetup; it inherits nothing from `ssr`.
  environments: { __vitest__: { resolve } },
  test: {
    include: isInterop ? interop : ending('.test.ts'),
    exclude: ['**/node_modules/**', '**/dist/**', ...(isInterop ? [] : interop), ...(isLight ? system : [])],
    // By default vitest leaves one processor idle; a test file mostly waits for a database or a server.
    maxWorkers: '100%',
    globalSetup: ['tools/services/src/vitest-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { inline: [/graphql/] } },
  },
};
