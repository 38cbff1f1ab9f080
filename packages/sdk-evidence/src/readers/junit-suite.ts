import { type FaultList, quoted } from '../fault-list.ts';
import { readDuration, type TestCase, type XmlAttributes } from './junit-case.ts';
import { joinSpans, readTime, type ObservedSpan } from './report-time.ts';

/** How one attribute is counted from the cases. `names`: older producers write `skip`, GoogleTest adds `disabled`. */
const counted = [
  { names: ['tests'], outcome: () => true, holds: () => true },
  { names: ['failures'], outcome: (test) => test.outcome === 'failed', holds: (test) => test.holds.failure },
  { names: ['errors'], outcome: (test) => test.outcome === 'error', holds: (test) => test.holds.error },
  { names: ['skipped', 'skip', 'disabled'], outcome: (test) => test.outcome === 'skipped', holds: (test) => test.holds.skipped },
] as const satisfies readonly { names: readonly string[]; outcome: (test: TestCase) => boolean; holds: (test: TestCase) => boolean }[];

/** Two counts for each of {@link counted}: by outcome, and by the elements that cases hold. */
type Tally = number[];
const noTally = (): Tally => counted.flatMap(() => [0, 0]);

/** A suite while it is read: sums only, so that a report of any length needs memory for its depth alone. */
export class OpenSuite {
  readonly path: string;
  readonly name: string | undefined;
  readonly #attributes: XmlAttributes;
  readonly #direct = noTally();
  readonly #inclusive = noTally();
  /** Inner suites that hold such a case. */
  readonly #suites = noTally();
  /** Microseconds of cases and inner suites. */
  #spent = 0;
  readonly #duration: number | null;
  #hasReruns = false;
  #observed: ObservedSpan | null;

  constructor(attributes: XmlAttributes, path: string, faults: FaultList, assumeOffset: string | undefined) {
    this.path = path;
    this.name = attributes['name'];
    this.#attributes = attributes;
    this.#duration = readDuration(attributes, () => path, faults);
    this.#observed = readSpan(attributes, path, this.#duration, faults, assumeOffset);
  }

  /** Cases in it and in suites within. */
  get cases(): number {
    return this.#inclusive[0] as number;
  }

  /** Of its cases; where no case says, of the suites within; else its own. */
  get duration(): number {
    return this.#spent > 0 ? this.#spent : (this.#duration ?? 0);
  }

  get observed(): ObservedSpan | null {
    return this.#observed;
  }

  addCase(test: TestCase): void {
    for (const [index, { outcome, holds }] of counted.entries()) {
      for (const [offset, counts] of [outcome, holds].entries()) {
        if (!counts(test)) continue;
        for (const tally of [this.#direct, this.#inclusive]) tally[index * 2 + offset] = (tally[index * 2 + offset] as number) + 1;
      }
    }
    this.#spent += test.duration ?? 0;
    this.#hasReruns ||= test.isRerun;
  }

  addSuite(inner: OpenSuite): void {
    for (const [index, count] of inner.#inclusive.entries()) {
      this.#inclusive[index] = (this.#inclusive[index] as number) + count;
      if (index < 2 || count > 0) this.#suites[index] = (this.#suites[index] as number) + 1;
    }
    this.#spent += inner.duration;
    this.#hasReruns ||= inner.#hasReruns;
    this.#observed = joinSpans(this.#observed, inner.observed);
  }

  /**
   * Compares what the suite states in its attributes with its test cases; the cases count, a contradiction is a fault. Producers
   * count in three ways, all accepted: cases of the suite itself (Surefire), those of nested suites too (PHPUnit, the root element),
   * or its direct children, a nested suite being one (node:test). Surefire states the counts of the last rerun alone, which are lower.
   */
  compareCounts(faults: FaultList): void {
    for (const [index, { names }] of counted.entries()) {
      const stated = this.#readCount(names, faults);
      if (stated === null) continue;
      const ways = [index * 2, index * 2 + 1].flatMap((at) => {
        const [direct, inclusive, suites] = [this.#direct[at] as number, this.#inclusive[at] as number, this.#suites[at] as number];
        return [inclusive, direct, direct + suites];
      });
      const isOfRerun = this.#hasReruns && stated < (ways[0] as number);
      if (!ways.includes(stated) && !isOfRerun)
        faults.add(`${this.path}/@${names[0]}`, 'contradiction', `says ${stated}, but the suite holds ${ways[0]}`);
    }
  }

  #readCount(names: readonly string[], faults: FaultList): number | null {
    let sum: number | null = null;
    for (const name of names) {
      const text = this.#attributes[name];
      if (text === undefined || text.trim() === '') continue;
      if (/^\d{1,9}$/.test(text.trim())) sum = (sum ?? 0) + Number(text);
      else faults.add(`${this.path}/@${name}`, 'invalid_count', `must be a whole number, not ${quoted(text)}`);
    }
    return sum;
  }
}

function readSpan(
  { timestamp }: XmlAttributes,
  path: string,
  duration: number | null,
  faults: FaultList,
  assumeOffset: string | undefined,
): ObservedSpan | null {
  if (timestamp === undefined || timestamp.trim() === '') return null;
  const time = readTime(timestamp, assumeOffset);
  if ('at' in time) return { from: time.at, until: time.at + Math.ceil((duration ?? 0) / 1000) };
  const advice =
    time.fault === 'naive_time'
      ? 'states no offset; let the test runner write one, or state it by `assumeOffset`'
      : 'is not an RFC 3339 time';
  faults.add(`${path}/@timestamp`, time.fault, `${quoted(timestamp)} ${advice}`);
  return null;
}
