// Workspace packages resolve to their sources, so tests need no build.
const resolve = { conditions: ['@promotable/source', 'node'] };

// `npm test -- --light` runs where Go is missing; these compare with OPA itself.
const needOpa = ['policies/src/bundle.test.ts', 'policies/src/wasm-equivalence.test.ts'];

export default {
  resolve,
  ssr: { resolve },
  // The environment in which vitest runs globalSetup; it inherits nothing from `ssr`.
  environments: { __vitest__: { resolve } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'policies/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(process.env['PROMOTABLE_LIGHT'] === '1' ? needOpa : [])],
    globalSetup: ['tools/services/src/vitest-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { inline: [/graphql/] } },
  },
};
