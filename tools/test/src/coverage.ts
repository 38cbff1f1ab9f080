import type { Step } from './step.ts';
import { vitestStep } from './vitest-step.ts';

/** Packages whose code verdicts stand on and waivers turn. */
const judged = ['sdk-evidence', 'gate', 'governance', 'telemetry'];

/** Least share of the lines of a package that its own tests go through, in percent. */
const leastLines = 90;

/** The tests of each package with their coverage, shown and in `reports/coverage/NAME`; what only tests use is left out of the figure. */
export const coverage: readonly Step[] = judged.map((name) =>
  vitestStep(`${name}: at least ${leastLines} % of the lines (vitest)`, {
    report: `coverage-${name}`,
    selection: [
      `packages/${name}/src/`,
      '--coverage.enabled',
      '--coverage.reportOnFailure',
      `--coverage.include=packages/${name}/src/**`,
      '--coverage.exclude=**/{testing/**,*.test.ts,*-conformance.ts}',
      '--coverage.reporter=text',
      '--coverage.reporter=lcovonly',
      `--coverage.reportsDirectory=reports/coverage/${name}`,
      `--coverage.thresholds.lines=${leastLines}`,
      // Counting makes slow tests slower.
      '--test-timeout=180000',
    ],
  }),
);
