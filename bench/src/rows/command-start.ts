// How long a person waits for `mc --help` as it is installed, beside Node that starts and does nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../bench-error.ts';
import type { Row, RowContext } from '../harness/row.ts';
import { startAgreeing } from '../harness/worker-variant.ts';

const module = new URL('./command-start.variants.ts', import.meta.url).href;

export const commandStartRow: Row = {
  name: 'command-start',
  title: '`mc --help` beside bare Node',
  set: 'quick',
  // Some ten starts: CPU time of programs that ended is told in steps of 10 ms.
  sliceMs: 800,
  comparisons: [
    { name: 'mc-help-vs-node-cpu', subject: 'mc', baseline: 'node', metric: 'cpu', gate: { kind: 'cost', atMost: 3 } },
    { name: 'mc-help-vs-node-wall', subject: 'mc', baseline: 'node', metric: 'wall', gate: { kind: 'cost', atMost: 3 } },
  ],
  start: (context) =>
    startAgreeing(
      [
        { name: 'mc', module, factory: 'program', options: { args: [builtMc(context), '--help'] } },
        { name: 'node', module, factory: 'program', options: { args: ['-e', '0'] } },
      ],
      context,
    ),
};

/** The command as it is published, built where its sources are newer. */
function builtMc({ root, say }: RowContext): string {
  const folder = join(root, 'packages/mc');
  const built = join(folder, 'dist/main.js');
  const newest = Math.max(...globSync('src/**/*.ts', { cwd: folder }).map((file) => statSync(join(folder, file)).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return built;
  say('building @promotable/mc');
  const { status } = spawnSync('pnpm', ['run', 'build'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new BenchError('UNAVAILABLE', '@promotable/mc cannot be built: npm test says why');
  return built;
}
