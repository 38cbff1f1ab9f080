import { expect, test } from 'vitest';
import { closingLine, closingTally, isGreen, onePassed, oneSkipped, opaTally, sum, vitestTally } from './tally.ts';

test('the closing line adds up all steps', () => {
  expect(closingLine(sum([onePassed, { passed: 5, failed: 2, skipped: 1 }, oneSkipped]))).toBe('6 passed, 2 failed, 2 skipped');
});

test('a run is red when nothing ran, when one thing failed, and, where skips are not accepted, when one was skipped', () => {
  expect(isGreen({ passed: 0, failed: 0, skipped: 0 }, true)).toBe(false);
  expect(isGreen({ passed: 9, failed: 1, skipped: 0 }, true)).toBe(false);
  expect(isGreen({ passed: 9, failed: 0, skipped: 1 }, false)).toBe(false);
  expect(isGreen({ passed: 9, failed: 0, skipped: 1 }, true)).toBe(true);
  expect(isGreen({ passed: 9, failed: 0, skipped: 0 }, false)).toBe(true);
});

test('the summary of opa is read, and a run that crashed or had no tests is a failure', () => {
  expect(opaTally('PASS: 12/12\n', 0)).toEqual({ passed: 12, failed: 0, skipped: 0 });
  expect(opaTally('…\nPASS: 10/13\nFAIL: 2/13\nSKIPPED: 1/13\n', 2)).toEqual({ passed: 10, failed: 2, skipped: 1 });
  expect(opaTally('1 error occurred: rego_parse_error', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(opaTally('PASS: 12/12\nerror: coverage below 100 %', 1)).toEqual({ passed: 12, failed: 1, skipped: 0 });
  expect(opaTally('', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a test file that does not load fails the run although no test failed', () => {
  const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };
  expect(vitestTally(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 2 });
  expect(vitestTally(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 2 });
  expect(vitestTally(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('the closing line of a program is read, and one that stopped before it is a failure', () => {
  expect(closingTally('ok a\n3 passed, 0 failed, 1 skipped\n', 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  expect(closingTally('FAILED a\n3 passed, 2 failed, 0 skipped\n', 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  expect(closingTally('3 passed, 0 failed, 0 skipped\nError: out of memory\n', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(closingTally('3 passed, 0 failed, 0 skipped\n', 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(closingTally('', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
