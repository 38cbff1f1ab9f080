import type { Fault, TestsValue } from '@promotable/contracts';
import { FaultList, faulty } from '../fault-list.ts';
import { FailureNames } from './failure-names.ts';
import { type Outcome as TestOutcome, readCase, type TestCase } from './junit-case.ts';
import { OpenSuite } from './junit-suite.ts';
import { allRead, allWarnings, type Outcome, readEach, readEachStream } from './read-all.ts';
import { unreadable, type ReportDocument, type ReportStream } from './report-document.ts';
import type { ReadPlan } from './report-reader.ts';
import { joinSpans, type ObservedSpan } from './report-time.ts';
import { XmlEvents } from './xml-events.ts';

/** Bounds of {@link readJUnit}, and what its times lack. */
export interface JUnitReaderOptions {
  /** Largest file that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxBytes?: number;
  /** Offset of timestamps that state none, `Z` or `±hh:mm`. @default none: such a timestamp is a fault */
  readonly assumeOffset?: string;
}

/** What the test reports of one run say together. `failures` holds the first 1000 names, not yet redacted or cut. */
export interface TestsReading {
  readonly value: TestsValue;
  readonly observed: ObservedSpan | null;
  /** `odd_character`: text that XML does not allow was copied into a report. */
  readonly warnings: readonly Fault[];
}

interface JUnitReport {
  readonly documentDigest: string;
  readonly counts: Readonly<Record<TestOutcome, number>>;
  readonly failures: FailureNames;
  /** Microseconds. */
  readonly duration: number;
  readonly observed: ObservedSpan | null;
  readonly warnings: readonly Fault[];
}

/**
 * Reads JUnit XML (no official schema; the common ground of Surefire, pytest, Gradle, jest, node:test, vitest, go-junit-report, GoogleTest):
 * one or more files of one run, in any order. Counts come from the test cases; every attempt that a report lists counts.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault, paths as `/<file>/<element>/…/@attribute`;
 * `REPORT_EMPTY` for a file that counts no test, or no file; `REPORT_TOO_LARGE`
 */
export function readJUnit(documents: readonly ReportDocument[], options: JUnitReaderOptions = {}): TestsReading {
  return combine(readEach(documents, junitPlan(options)));
}

/** {@link readJUnit} of files that are not held in memory. */
export async function readJUnitStream(reports: readonly ReportStream[], options: JUnitReaderOptions = {}): Promise<TestsReading> {
  return combine(await readEachStream(reports, junitPlan(options)));
}

function junitPlan({ maxBytes = 134_217_728, assumeOffset }: JUnitReaderOptions): ReadPlan<JUnitReport> {
  return { maxBytes, open: (name) => new JUnitReader(name, assumeOffset) };
}

function combine(outcomes: readonly Outcome<JUnitReport>[]): TestsReading {
  const reports = allRead('test reports', outcomes);
  const sum = (count: (report: JUnitReport) => number) => reports.reduce((total, report) => total + count(report), 0);
  const [passed, failed, errors, skipped] = (['passed', 'failed', 'error', 'skipped'] as const).map((outcome) =>
    sum(({ counts }) => counts[outcome]),
  ) as [number, number, number, number];
  return {
    value: {
      format: 'junit',
      documentDigests: reports.map(({ documentDigest }) => documentDigest).sort(),
      total: passed + failed + errors + skipped,
      passed,
      failed,
      errors,
      skipped,
      durationMs: sum(({ duration }) => duration) / 1000,
      failures: FailureNames.joined(reports.map(({ failures }) => failures)),
    },
    observed: reports.map(({ observed }) => observed).reduce<ObservedSpan | null>(joinSpans, null),
    warnings: allWarnings(outcomes),
  };
}

/** An element that is open: a suite, a test case, or anything else, whose content is passed over. */
interface OpenElement {
  readonly suite: OpenSuite | null;
  readonly test: { readonly attributes: Readonly<Record<string, string>>; readonly children: Set<string> } | null;
  readonly path: () => string;
  children: number;
}

class JUnitReader {
  readonly #name: string;
  readonly #assumeOffset: string | undefined;
  readonly #xml: XmlEvents;
  readonly #faults = new FaultList();
  readonly #warnings = new FaultList();
  readonly #open: OpenElement[] = [];
  readonly #counts: Record<TestOutcome, number> = { passed: 0, failed: 0, error: 0, skipped: 0 };
  readonly #failures = new FailureNames();
  #root: OpenSuite | null = null;

  constructor(name: string, assumeOffset: string | undefined) {
    this.#name = name;
    this.#assumeOffset = assumeOffset;
    this.#xml = new XmlEvents(name, {
      open: (element, attributes) => this.#opened(element, attributes),
      close: () => this.#closed(),
      oddCharacters: () => {
        if (this.#warnings.isEmpty) this.#warnings.add('', 'odd_character', 'holds characters that XML does not allow');
      },
    });
  }

  write(chunk: Uint8Array): void {
    this.#xml.write(chunk);
  }

  end(documentDigest: string): JUnitReport {
    this.#xml.end();
    const [root, warnings] = [this.#root, this.#warnings.toArray()];
    if (!this.#faults.isEmpty) throw faulty('REPORT_UNREADABLE', this.#name, [...this.#faults.toArray(), ...warnings]);
    if (root === null || root.cases === 0)
      throw unreadable(this.#name, 'no_tests', 'counts no test: nothing ran, or nothing was found to run', 'REPORT_EMPTY');
    const { duration, observed } = root;
    return { documentDigest, counts: this.#counts, failures: this.#failures, duration, observed, warnings };
  }

  #opened(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#open.at(-1);
    const isSuite = name === 'testsuite' || name === 'testsuites';
    if (parent === undefined && !isSuite) {
      throw unreadable(
        this.#name,
        'wrong_format',
        `is no JUnit report: its root element must be <testsuites> or <testsuite>, not <${name.slice(0, 64)}>`,
      );
    }
    const index = parent === undefined ? 0 : parent.children++;
    const path = () => (parent === undefined ? `/${name}` : `${parent.path()}/${index}`);
    parent?.test?.children.add(name);
    const within = parent === undefined || parent.suite !== null;
    this.#open.push({
      suite: within && isSuite ? new OpenSuite(attributes, path(), this.#faults, this.#assumeOffset) : null,
      test: within && name === 'testcase' ? { attributes, children: new Set() } : null,
      path,
      children: 0,
    });
    // A suite that could not even start; no test of it may pass for a silent success.
    if (parent?.suite && (name === 'error' || name === 'failure')) {
      const holds = { failure: name === 'failure', error: name === 'error', skipped: false };
      this.#count({ name: parent.suite.name ?? 'suite', outcome: 'error', holds, isRerun: false, duration: null }, parent.suite);
    }
  }

  #closed(): void {
    const { suite, test, path } = this.#open.pop() as OpenElement;
    const parent = this.#open.at(-1)?.suite ?? null;
    if (test !== null && parent !== null) this.#count(readCase(test.attributes, test.children, path, this.#faults), parent);
    if (suite === null) return;
    suite.compareCounts(this.#faults);
    if (parent === null) this.#root = suite;
    else parent.addSuite(suite);
  }

  #count(test: TestCase, suite: OpenSuite): void {
    this.#counts[test.outcome]++;
    suite.addCase(test);
    if (test.outcome === 'failed' || test.outcome === 'error') this.#failures.add(test.name);
  }
}
