import { join } from 'node:path';

/**
 * What each root command runs, with the pinned Node, on the TypeScript sources.
 * `caller`: paths on its command line are relative to where the user stands, not to the root.
 * @type {Readonly<Record<string, {entry: string, args?: readonly string[], caller?: boolean}>>}
 */
export const tasks = {
  start: { entry: 'examples/canary-story/src/main.ts' },
  mc: { entry: 'packages/mc/src/main.ts', caller: true },
  test: { entry: 'tools/test/src/main.ts' },
  'test:interop': { entry: 'tools/test/src/main.ts', args: ['--interop'] },
  coverage: { entry: 'tools/test/src/main.ts', args: ['--coverage'] },
  mutation: { entry: 'tools/mutation/src/main.ts' },
  check: { entry: 'tools/test/src/main.ts', args: ['--static'] },
  bench: { entry: 'bench/src/main.ts' },
  services: { entry: 'tools/services/src/main.ts' },
  docs: { entry: 'tools/packages/src/docs.ts' },
  generate: { entry: 'tools/dev/generate.ts' },
};

/** @param {string} root @param {string} name @param {readonly string[]} args @returns {{args: string[], cwd: string}} */
export function commandOf(root, name, args) {
  const task = /** @type {(typeof tasks)[string]} */ (tasks[name]);
  return {
    args: ['--conditions=@promotable/source', join(root, task.entry), ...(task.args ?? []), ...args],
    cwd: task.caller ? (process.env['INIT_CWD'] ?? process.cwd()) : root,
  };
}
