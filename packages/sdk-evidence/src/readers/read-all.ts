// Several documents of one kind: all are read, and what is wrong with any of them comes in one error.
import type { Fault } from '@promotable/contracts';
import { EvidenceError, type EvidenceErrorCode } from '../evidence-error.ts';
import { FaultList, faulty } from '../fault-list.ts';
import type { ReportDocument, ReportStream } from './report-document.ts';
import { type ReadPlan, readDocument, readStream } from './report-reader.ts';

/** What became of one document. */
export interface Outcome<Reading> {
  readonly name: string;
  /** JSON Pointer by which its faults are told, such as `/0`. */
  readonly path: string;
  readonly reading: Reading | null;
  readonly error: EvidenceError | null;
}

const maxDocuments = 256;

export function readEach<Reading>(documents: readonly ReportDocument[], plan: ReadPlan<Reading>, at = ''): Outcome<Reading>[] {
  return documents.slice(0, maxDocuments + 1).map((document, index) => {
    const outcome = { name: document.name, path: `${at}/${index}` };
    try {
      return { ...outcome, reading: readDocument(document, plan), error: null };
    } catch (error) {
      return { ...outcome, reading: null, error: evidenceError(error) };
    }
  });
}

/** One after the other, so that one chunk is held in memory, not one of each. */
export async function readEachStream<Reading>(
  reports: readonly ReportStream[],
  plan: ReadPlan<Reading>,
  at = '',
): Promise<Outcome<Reading>[]> {
  const outcomes: Outcome<Reading>[] = [];
  for (const [index, report] of reports.slice(0, maxDocuments + 1).entries()) {
    const outcome = { name: report.name, path: `${at}/${index}` };
    try {
      outcomes.push({ ...outcome, reading: await readStream(report, plan), error: null });
    } catch (error) {
      outcomes.push({ ...outcome, reading: null, error: evidenceError(error) });
    }
  }
  return outcomes;
}

/** What a report is refused with; anything else is no fault of the report. */
function evidenceError(error: unknown): EvidenceError {
  if (error instanceof EvidenceError) return error;
  throw error;
}

/**
 * The readings of all documents.
 * @throws {EvidenceError} every fault of every document, `REPORT_EMPTY` for no document, `REPORT_TOO_LARGE` for more than 256
 */
export function allRead<Reading>(subject: string, outcomes: readonly Outcome<Reading>[]): Reading[] {
  if (outcomes.length === 0)
    throw faulty('REPORT_EMPTY', subject, [
      { path: '', code: 'no_report', message: 'no file was found; leave the option out to record that there is none' },
    ]);
  if (outcomes.length > maxDocuments)
    throw faulty('REPORT_TOO_LARGE', subject, [
      { path: '', code: 'too_many', message: `more than the ${maxDocuments} files that are read` },
    ]);
  const faults = new FaultList();
  const codes = new Set<EvidenceErrorCode>();
  const readings: Reading[] = [];
  for (const { name, path, reading, error } of outcomes) {
    if (error === null) readings.push(reading as Reading);
    else {
      codes.add(error.code);
      faults.addAll(named(error.faults, name), path);
    }
  }
  const [code] = codes;
  if (code !== undefined) faults.throwIfAny(codes.size === 1 ? code : 'REPORT_UNREADABLE', subject);
  return readings;
}

/** Faults as they are told beside those of other documents. */
function named(faults: readonly Fault[], name: string): Fault[] {
  return faults.map((fault) => ({ ...fault, message: `${name}: ${fault.message}` }));
}

/** Warnings of all documents, paths as `/<document>/…`. */
export function allWarnings(outcomes: readonly Outcome<{ readonly warnings: readonly Fault[] }>[]): Fault[] {
  return outcomes.flatMap(({ name, path, reading }) =>
    named(reading?.warnings ?? [], name).map((warning) => ({ ...warning, path: path + warning.path })),
  );
}
