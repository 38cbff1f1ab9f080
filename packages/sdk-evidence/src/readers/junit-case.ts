import { type FaultList, quoted } from '../fault-list.ts';

export type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

/** Attributes of an element, decoded. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** One test as its report tells it. */
export interface TestCase {
  readonly name: string;
  readonly outcome: Outcome;
  /** Children of these kinds, whatever the outcome: some producers count elements, not tests. */
  readonly holds: { readonly failure: boolean; readonly error: boolean; readonly skipped: boolean };
  /** Whether it was run again, or came through only then. */
  readonly isRerun: boolean;
  /** Microseconds, an integer, so that sums do not depend on their order; null where none is stated. */
  readonly duration: number | null;
}

const rerunElements = ['rerunFailure', 'rerunError', 'flakyFailure', 'flakyError'];

/**
 * Reads a test case from its attributes and the names of its children. A retried test that passed in the end (`flakyFailure`, `flakyError`)
 * passed; one that failed in the end has a `failure` beside its `rerunFailure`s.
 */
export function readCase(attributes: XmlAttributes, children: ReadonlySet<string>, path: () => string, faults: FaultList): TestCase {
  const name = [attributes['classname'], attributes['name']].filter((part) => part !== undefined && part !== '').join(' ');
  if (name === '') faults.add(`${path()}/@name`, 'required', 'a test case must have a name');
  const status = (attributes['status'] ?? '').toLowerCase();
  // GoogleTest marks a test that was not run by its status alone.
  const notRun = ['notrun', 'disabled', 'skipped', 'ignored'].includes(status);
  const holds = {
    failure: children.has('failure') || children.has('rerunFailure') || children.has('rerunError'),
    error: children.has('error'),
    skipped: children.has('skipped') || notRun,
  };
  if (['failed', 'failure', 'error', 'broken'].includes(status) && !holds.failure && !holds.error)
    faults.add(`${path()}/@status`, 'contradiction', `says ${quoted(attributes['status'])}, but the test case holds no failure`);
  const outcome = holds.error ? 'error' : holds.failure ? 'failed' : holds.skipped ? 'skipped' : 'passed';
  const isRerun = rerunElements.some((element) => children.has(element));
  return { name, outcome, holds, isRerun, duration: readDuration(attributes, path, faults) };
}

/** Seconds, as Surefire writes them in some locales also with thousands separators: `1,234.567`. */
const secondsRule = /^(?:\d{1,3}(?:,\d{3})+|\d{1,12})?(?:\.\d{0,20})?(?:[eE]-?\d{1,2})?$/;

/** Microseconds of the attribute `time`. */
export function readDuration({ time }: XmlAttributes, path: () => string, faults: FaultList): number | null {
  if (time === undefined || time.trim() === '') return null;
  const seconds = /\d/.test(time) && secondsRule.test(time.trim()) ? Number(time.trim().replaceAll(',', '')) : Number.NaN;
  if (Number.isFinite(seconds)) return Math.round(seconds * 1e6);
  faults.add(`${path()}/@time`, 'invalid_duration', `must be seconds, not ${quoted(time)}`);
  return null;
}
