// LCOV tracefiles (geninfo(1), lcov 1.x and 2.x; what c8, vitest, istanbul and `go tool` converters write).
import type { CoverageValue, Fault } from '@promotable/contracts';
import { FaultList, faulty, quoted } from '../fault-list.ts';
import { detached } from './detached-text.ts';
import { allRead, allWarnings, type Outcome, readEach, readEachStream } from './read-all.ts';
import { unreadable, type ReportDocument, type ReportStream } from './report-document.ts';
import type { ReadPlan } from './report-reader.ts';
import { LcovSection } from './lcov-section.ts';
import { textDecoder } from './text-decoder.ts';

/** Bounds of {@link readLcov}. */
export interface CoverageReaderOptions {
  /** Largest file that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxBytes?: number;
}

/** What the coverage reports of one run say together; LCOV states no time. */
export interface CoverageReading {
  readonly value: CoverageValue;
  /** `counted_twice`: a source file occurs in more than one section. */
  readonly warnings: readonly Fault[];
}

interface Sums {
  found: number;
  hit: number;
}

interface LcovReport {
  readonly documentDigest: string;
  readonly lines: Sums;
  readonly functions: Sums;
  readonly branches: Sums;
  readonly warnings: readonly Fault[];
}

/**
 * Reads LCOV tracefiles of one run, in any order: lines counted from `DA`, functions and branches from their summaries where a section has
 * them, else from `FN`/`FNDA`, `FNL`/`FNA` and `BRDA`; sums over all sections. What a section does not measure is absent.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault, paths as `/<file>/line/<number>`; `REPORT_EMPTY` for a file that counts no line,
 * or no file; `REPORT_TOO_LARGE`
 */
export function readLcov(documents: readonly ReportDocument[], options: CoverageReaderOptions = {}): CoverageReading {
  return combine(readEach(documents, lcovPlan(options)));
}

/** {@link readLcov} of files that are not held in memory. */
export async function readLcovStream(reports: readonly ReportStream[], options: CoverageReaderOptions = {}): Promise<CoverageReading> {
  return combine(await readEachStream(reports, lcovPlan(options)));
}

function lcovPlan({ maxBytes = 134_217_728 }: CoverageReaderOptions): ReadPlan<LcovReport> {
  return { maxBytes, open: (name) => new LcovReader(name) };
}

function combine(outcomes: readonly Outcome<LcovReport>[]): CoverageReading {
  const reports = allRead('coverage reports', outcomes);
  const sum = (kind: 'lines' | 'functions' | 'branches') => ({
    found: reports.reduce((total, report) => total + report[kind].found, 0),
    hit: reports.reduce((total, report) => total + report[kind].hit, 0),
  });
  const measured = (sums: Sums) => (sums.found === 0 ? { absent: 'NOT_MEASURED' as const } : sums);
  return {
    value: {
      format: 'lcov',
      documentDigests: reports.map(({ documentDigest }) => documentDigest).sort(),
      lines: sum('lines'),
      functions: measured(sum('functions')),
      branches: measured(sum('branches')),
    },
    warnings: allWarnings(outcomes),
  };
}

/** Longest line that is read, in characters. */
const maxLine = 1_048_576;

class LcovReader {
  readonly #name: string;
  readonly #decoder = textDecoder();
  readonly #faults = new FaultList();
  readonly #warnings = new FaultList();
  readonly #sources = new Set<string>();
  readonly #sums = { lines: noSums(), functions: noSums(), branches: noSums() };
  #rest = '';
  #line = 0;
  #section: LcovSection | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  write(chunk: Uint8Array): void {
    this.#text(this.#decoder.write(chunk));
  }

  end(documentDigest: string): LcovReport {
    this.#text(`${this.#decoder.end()}\n`);
    if (this.#section !== null) this.#fault('truncated', 'ends within a section: end_of_record is missing, the file is perhaps cut off');
    if (!this.#faults.isEmpty) throw faulty('REPORT_UNREADABLE', this.#name, [...this.#faults.toArray(), ...this.#warnings.toArray()]);
    if (this.#sums.lines.found === 0) throw unreadable(this.#name, 'no_lines', 'counts no line that could be covered', 'REPORT_EMPTY');
    return { documentDigest, ...this.#sums, warnings: this.#warnings.toArray() };
  }

  #text(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if ([...lines, this.#rest].some(({ length }) => length > maxLine))
      throw unreadable(this.#name, 'too_large', `has a line of more than ${maxLine} characters`, 'REPORT_TOO_LARGE');
    for (const line of lines) this.#record(line.trimEnd());
  }

  #record(line: string): void {
    this.#line++;
    if (line === '' || line.startsWith('#')) return;
    const [, key = null, rest = ''] = line === 'end_of_record' ? [line, line] : (/^([A-Z]{2,8}):(.*)$/.exec(line) ?? []);
    // The first line tells what the file is; a later one is a fault among others.
    if (key === null && this.#line === 1)
      throw unreadable(this.#name, 'wrong_format', 'is no LCOV tracefile: it must begin with a record such as TN or SF');
    if (key === null) this.#fault('syntax', `is no record: ${quoted(line)}`);
    else if (key === 'end_of_record') this.#endSection();
    else if (key === 'SF') this.#beginSection(rest);
    else if (key === 'TN' || key === 'VER') return;
    else if (this.#section === null) this.#fault('outside_section', `${key} stands before the SF that begins a section`);
    else this.#section.record(key, rest, (code, message) => this.#fault(code, message));
  }

  #beginSection(source: string): void {
    if (this.#section !== null) this.#fault('truncated', 'begins a section within a section: end_of_record is missing');
    if (this.#sources.has(source))
      this.#warnings.add(`/line/${this.#line}`, 'counted_twice', `${quoted(source)} has more than one section`);
    this.#sources.add(detached(source));
    this.#section = new LcovSection();
  }

  #endSection(): void {
    if (this.#section === null) {
      this.#fault('outside_section', 'end_of_record ends no section');
      return;
    }
    const sums = this.#section.sums((code, message) => this.#fault(code, message));
    for (const kind of ['lines', 'functions', 'branches'] as const) {
      this.#sums[kind].found += sums[kind].found;
      this.#sums[kind].hit += sums[kind].hit;
    }
    this.#section = null;
  }

  #fault(code: string, message: string): void {
    this.#faults.add(`/line/${this.#line}`, code, message);
  }
}

function noSums(): Sums {
  return { found: 0, hit: 0 };
}
