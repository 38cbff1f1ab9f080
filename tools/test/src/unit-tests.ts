import { globSync } from 'node:fs';
import type { Step } from './step.ts';
import { oneSkipped } from './tally.ts';
import { vitestStep } from './vitest-step.ts';

/** These measure real latencies under real load, so nothing else may run beside them. */
const measuring = ['examples/canary-story/src/world/world.test.ts', 'examples/canary-story/src/story.test.ts'];

/** All vitest tests of the tree but the interop ones; `light` names each file that it leaves out. */
export function unitTests(root: string, light: boolean): readonly Step[] {
  return [
    vitestStep('tests (vitest)', { report: 'vitest', selection: measuring.flatMap((file) => ['--exclude', file]) }),
    vitestStep('tests that measure, one at a time (vitest)', { report: 'measuring', selection: [...measuring, '--no-file-parallelism'] }),
    ...(light ? systemTests(root).map(leftOut) : []),
  ];
}

function systemTests(root: string): string[] {
  return globSync('{packages,policies,examples,tools,bench}/**/*.system.test.ts', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  }).sort();
}

function leftOut(file: string): Step {
  return { name: file, needs: 'a real part that is no npm package', run: async () => oneSkipped };
}
