import { type FaultList, quoted } from '../fault-list.ts';
import type { TestCase, TestSuite } from './junit-suite.ts';

/** Every test case of a suite, nested ones included. */
export function allCases(suite: TestSuite): TestCase[] {
  return [...suite.cases, ...suite.suites.flatMap(allCases)];
}

/** Microseconds spent in a suite: of its cases; where no case says, of the suites within; else its own. */
export function totalDuration(suite: TestSuite): number {
  const direct = suite.cases.map((testCase) => testCase.duration);
  const sum =
    direct.reduce<number>((total, duration) => total + (duration ?? 0), 0) +
    suite.suites.reduce((total, inner) => total + totalDuration(inner), 0);
  return sum > 0 ? sum : (suite.duration ?? 0);
}

/** How one attribute is counted from the cases. `names`: older producers write `skip`, GoogleTest adds `disabled`. */
const counted = [
  { names: ['tests'], outcome: () => true, holds: () => true },
  { names: ['failures'], outcome: (test) => test.outcome === 'failed', holds: (test) => test.holds.failure },
  { names: ['errors'], outcome: (test) => test.outcome === 'error', holds: (test) => test.holds.error },
  { names: ['skipped', 'skip', 'disabled'], outcome: (test) => test.outcome === 'skipped', holds: (test) => test.holds.skipped },
] as const satisfies readonly { names: readonly string[]; outcome: (test: TestCase) => boolean; holds: (test: TestCase) => boolean }[];

/**
 * Compares what each suite states in its attributes with its test cases; the cases count, a contradiction is a fault. Producers
 * count in three ways, all accepted: cases of the suite itself (Surefire), those of nested suites too (PHPUnit, the root element),
 * or its direct children, a nested suite being one (node:test).
 */
export function compareCounts(suite: TestSuite, faults: FaultList): void {
  const inclusive = allCases(suite);
  for (const { names, outcome, holds } of counted) {
    const stated = readCount(suite, names, faults);
    if (stated === null) continue;
    const ways = [outcome, holds].flatMap((counts) => {
      const direct = suite.cases.filter(counts).length;
      return [
        inclusive.filter(counts).length,
        direct,
        direct + suite.suites.filter((inner) => names[0] === 'tests' || allCases(inner).some(counts)).length,
      ];
    });
    if (!ways.includes(stated)) faults.add(`${suite.path}/@${names[0]}`, 'contradiction', `says ${stated}, but the suite holds ${ways[0]}`);
  }
  for (const inner of suite.suites) compareCounts(inner, faults);
}

function readCount({ attributes, path }: TestSuite, names: readonly string[], faults: FaultList): number | null {
  let sum: number | null = null;
  for (const name of names) {
    const text = attributes[name];
    if (text === undefined || text.trim() === '') continue;
    if (/^\d{1,9}$/.test(text.trim())) sum = (sum ?? 0) + Number(text);
    else faults.add(`${path}/@${name}`, 'invalid_count', `must be a whole number, not ${quoted(text)}`);
  }
  return sum;
}
