// Workspace packages resolve to their sources, so tests need no build.
export default {
  resolve: { conditions: ['@promotable/source', 'module', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@promotable/source', 'module', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'policies/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { inline: [/graphql/] } },
  },
};
