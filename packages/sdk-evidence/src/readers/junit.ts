import { sha256Hex } from '@promotable/attest';
import type { TestsValue } from '@promotable/contracts';
import { EvidenceError, type EvidenceErrorCode } from '../evidence-error.ts';
import { FaultList, faulty } from '../fault-list.ts';
import { allCases, compareCounts, totalDuration } from './junit-counts.ts';
import { readSuite, type TestSuite } from './junit-suite.ts';
import { textOf, unreadable, type ReportDocument } from './report-document.ts';
import { joinSpans, type ObservedSpan } from './report-time.ts';
import { parseXml } from './xml-element.ts';

/** Bounds of {@link readJUnit}, and what its times lack. */
export interface JUnitReaderOptions {
  /** Largest file that is read, in bytes. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** Offset of timestamps that state none, `Z` or `±hh:mm`. @default none: such a timestamp is a fault */
  readonly assumeOffset?: string;
}

/** What the test reports of one run say together. `failures` holds every name, not yet redacted or cut. */
export interface TestsReading {
  readonly value: TestsValue;
  readonly observed: ObservedSpan | null;
}

/**
 * Reads JUnit XML (no official schema; the common ground of Surefire, pytest, Gradle, jest, node:test, vitest, go-junit-report, GoogleTest):
 * one or more files of one run, in any order. Counts come from the test cases; every attempt that a report lists counts.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault, paths as `/<file>/<element>/…/@attribute`;
 * `REPORT_EMPTY` for a file that counts no test, or no file; `REPORT_TOO_LARGE`
 */
export function readJUnit(documents: readonly ReportDocument[], options: JUnitReaderOptions = {}): TestsReading {
  if (documents.length === 0)
    throw faulty('REPORT_EMPTY', 'test reports', [
      { path: '', code: 'no_report', message: 'no file was found; leave the option out to record that there are no tests' },
    ]);
  if (documents.length > 256)
    throw faulty('REPORT_TOO_LARGE', 'test reports', [
      { path: '', code: 'too_many', message: `${documents.length} files, at most 256 are read` },
    ]);
  const faults = new FaultList();
  const codes = new Set<EvidenceErrorCode>();
  const suites = documents.flatMap((document, index) => {
    try {
      return [readReport(document, options)];
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      codes.add(error.code);
      faults.addAll(
        error.faults.map((fault) => ({ ...fault, message: `${document.name}: ${fault.message}` })),
        `/${index}`,
      );
      return [];
    }
  });
  const [code] = codes;
  if (code !== undefined) faults.throwIfAny(codes.size === 1 ? code : 'REPORT_UNREADABLE', 'test reports');
  return { value: testsValueOf(documents, suites), observed: suites.map(spanOf).reduce<ObservedSpan | null>(joinSpans, null) };
}

function readReport(document: ReportDocument, { maxBytes = 67_108_864, assumeOffset }: JUnitReaderOptions): TestSuite {
  const root = parseXml(document.name, textOf(document, maxBytes));
  if (root.name !== 'testsuites' && root.name !== 'testsuite') {
    throw unreadable(
      document.name,
      'wrong_format',
      `is no JUnit report: its root element must be <testsuites> or <testsuite>, not <${root.name.slice(0, 64)}>`,
    );
  }
  const faults = new FaultList();
  const suite = readSuite(root, `/${root.name}`, faults, { assumeOffset });
  compareCounts(suite, faults);
  faults.throwIfAny('REPORT_UNREADABLE', document.name);
  if (allCases(suite).length === 0)
    throw unreadable(document.name, 'no_tests', 'counts no test: nothing ran, or nothing was found to run', 'REPORT_EMPTY');
  return suite;
}

function testsValueOf(documents: readonly ReportDocument[], suites: readonly TestSuite[]): TestsValue {
  const cases = suites.flatMap(allCases);
  const count = (outcome: string) => cases.filter((testCase) => testCase.outcome === outcome).length;
  return {
    format: 'junit',
    documentDigests: documents.map(({ bytes }) => sha256Hex(bytes)).sort(),
    total: cases.length,
    passed: count('passed'),
    failed: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    durationMs: suites.reduce((sum, suite) => sum + totalDuration(suite), 0) / 1000,
    failures: [...new Set(cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error').map(({ name }) => name))].sort(),
  };
}

function spanOf(suite: TestSuite): ObservedSpan | null {
  return suite.suites.map(spanOf).reduce<ObservedSpan | null>(joinSpans, suite.observed);
}
