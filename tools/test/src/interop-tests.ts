import type { Step } from './step.ts';
import { vitestStep } from './vitest-step.ts';

/** What needs programs that take minutes to build: other verifiers, a collector, k6, helm. One file at a time, as each loads the machine. */
export const interopTests: readonly Step[] = [
  vitestStep('interop tests (vitest)', { report: 'interop', selection: ['--no-file-parallelism'], env: { PROMOTABLE_INTEROP: '1' } }),
];
