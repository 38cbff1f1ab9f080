import { type FaultList, quoted } from '../fault-list.ts';
import { readTime, type ObservedSpan } from './report-time.ts';
import type { XmlElement } from './xml-element.ts';

export type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

/** One test as its report tells it. */
export interface TestCase {
  readonly name: string;
  readonly outcome: Outcome;
  /** Children of these kinds, whatever the outcome: some producers count elements, not tests. */
  readonly holds: { readonly failure: boolean; readonly error: boolean; readonly skipped: boolean };
  /** Microseconds, an integer, so that sums do not depend on their order; null where none is stated. */
  readonly duration: number | null;
}

/** A suite and what lies in it. `attributes` and `path` are kept for the comparison with the counts. */
export interface TestSuite {
  readonly path: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly cases: readonly TestCase[];
  readonly suites: readonly TestSuite[];
  readonly duration: number | null;
  readonly observed: ObservedSpan | null;
}

export interface SuiteReaderOptions {
  readonly assumeOffset: string | undefined;
}

/** Reads a `testsuites` or `testsuite` element, however deep; what is wrong is added to `faults`. */
export function readSuite(element: XmlElement, path: string, faults: FaultList, options: SuiteReaderOptions): TestSuite {
  const cases: TestCase[] = [];
  const suites: TestSuite[] = [];
  for (const [index, child] of element.children.entries()) {
    const at = `${path}/${index}`;
    if (child.name === 'testcase') cases.push(readCase(child, at, faults));
    else if (child.name === 'testsuite' || child.name === 'testsuites') suites.push(readSuite(child, at, faults, options));
    // A suite that could not even start; no test of it may pass for a silent success.
    else if (child.name === 'error' || child.name === 'failure') {
      cases.push({
        name: element.attributes['name'] ?? 'suite',
        outcome: 'error',
        holds: { failure: child.name === 'failure', error: child.name === 'error', skipped: false },
        duration: null,
      });
    }
  }
  const duration = readDuration(element, path, faults);
  return { path, attributes: element.attributes, cases, suites, duration, observed: readSpan(element, path, duration, faults, options) };
}

/** A retried test that passed in the end (`flakyFailure`, `flakyError`) passed; one that failed in the end has a `failure` beside its `rerunFailure`s. */
function readCase({ attributes, children }: XmlElement, path: string, faults: FaultList): TestCase {
  const has = (name: string) => children.some((child) => child.name === name);
  const name = [attributes['classname'], attributes['name']].filter((part) => part !== undefined && part !== '').join(' ');
  if (name === '') faults.add(`${path}/@name`, 'required', 'a test case must have a name');
  // GoogleTest marks a test that was not run by its status alone.
  const notRun = ['notrun', 'disabled', 'skipped', 'ignored'].includes((attributes['status'] ?? '').toLowerCase());
  const failedByStatus = ['failed', 'failure', 'error', 'broken'].includes((attributes['status'] ?? '').toLowerCase());
  const holds = {
    failure: has('failure') || has('rerunFailure') || has('rerunError'),
    error: has('error'),
    skipped: has('skipped') || notRun,
  };
  if (failedByStatus && !holds.failure && !holds.error)
    faults.add(`${path}/@status`, 'contradiction', `says ${quoted(attributes['status'])}, but the test case holds no failure`);
  const outcome = holds.error ? 'error' : holds.failure ? 'failed' : holds.skipped ? 'skipped' : 'passed';
  return { name, outcome, holds, duration: readDuration({ attributes }, path, faults) };
}

/** Seconds, as Surefire writes them in some locales also with thousands separators: `1,234.567`. */
const secondsRule = /^(?:\d{1,3}(?:,\d{3})+|\d{1,12})?(?:\.\d{0,20})?(?:[eE]-?\d{1,2})?$/;

function readDuration({ attributes }: Pick<XmlElement, 'attributes'>, path: string, faults: FaultList): number | null {
  const text = attributes['time'];
  if (text === undefined || text.trim() === '') return null;
  const seconds = /\d/.test(text) && secondsRule.test(text.trim()) ? Number(text.trim().replaceAll(',', '')) : Number.NaN;
  if (Number.isFinite(seconds)) return Math.round(seconds * 1e6);
  faults.add(`${path}/@time`, 'invalid_duration', `must be seconds, not ${quoted(text)}`);
  return null;
}

function readSpan(
  { attributes }: XmlElement,
  path: string,
  duration: number | null,
  faults: FaultList,
  { assumeOffset }: SuiteReaderOptions,
): ObservedSpan | null {
  const text = attributes['timestamp'];
  if (text === undefined || text.trim() === '') return null;
  const time = readTime(text, assumeOffset);
  if ('at' in time) return { from: time.at, until: time.at + Math.ceil((duration ?? 0) / 1000) };
  const advice =
    time.fault === 'naive_time'
      ? 'states no offset; let the test runner write one, or state it by `assumeOffset`'
      : 'is not an RFC 3339 time';
  faults.add(`${path}/@timestamp`, time.fault, `${quoted(text)} ${advice}`);
  return null;
}
