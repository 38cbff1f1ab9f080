/** How many things a step tried and how they came out. A check without tests of its own counts as one. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const onePassed: Tally = { passed: 1, failed: 0, skipped: 0 };
export const oneFailed: Tally = { passed: 0, failed: 1, skipped: 0 };
export const oneSkipped: Tally = { passed: 0, failed: 0, skipped: 1 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }), {
    passed: 0,
    failed: 0,
    skipped: 0,
  });
}

/** The last line of every run; others parse it. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Green only when something ran and nothing failed; where `skipsAllowed` is false a skip is red too. */
export function isGreen({ passed, failed, skipped }: Tally, skipsAllowed: boolean): boolean {
  return passed > 0 && failed === 0 && (skipsAllowed || skipped === 0);
}

/** Reads the closing summary of `opa test` (`PASS: 3/4`, `FAIL: 1/4`); a run that failed or ran nothing is never all green. */
export function opaTally(output: string, exitCode: number): Tally {
  const count = (word: string): number =>
    [...output.matchAll(new RegExp(`^${word}: (\\d+)/\\d+`, 'gm'))].reduce((total, match) => total + Number(match[1]), 0);
  const tally = { passed: count('PASS'), failed: count('FAIL') + count('ERROR'), skipped: count('SKIPPED') };
  return tally.failed === 0 && (exitCode !== 0 || tally.passed === 0) ? { ...tally, failed: 1 } : tally;
}

/** Reads the closing line of one of our own programs; one that failed, stopped before its end or ran nothing is never all green. */
export function closingTally(output: string, exitCode: number): Tally {
  const [, passed, failed, skipped] =
    /^(\d+) passed, (\d+) failed, (\d+) skipped\n*$/m.exec(output.slice(output.lastIndexOf('\n', output.length - 2) + 1)) ?? [];
  const tally = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) };
  return tally.failed === 0 && (exitCode !== 0 || tally.passed === 0) ? { ...tally, failed: 1 } : tally;
}

/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** A file that does not load or an unhandled error fails the run without failing a test: it counts as one failure. */
export function vitestTally(report: VitestReport | null, exitCode: number): Tally {
  const tally = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
  return tally.failed === 0 && (exitCode !== 0 || tally.passed === 0) ? { ...tally, failed: 1 } : tally;
}
