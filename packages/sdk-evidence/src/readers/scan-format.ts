import type { ScanValue } from '@promotable/contracts';
import type { FaultList } from '../fault-list.ts';
import type { ReportedFinding } from './finding.ts';
import type { JsonHandler } from './json-scanner.ts';
import type { ObservedSpan } from './report-time.ts';

/** What a scan says of itself. */
export interface ScanSummary {
  readonly scanner: ScanValue['scanner'];
  /** When the scanner's database was built, milliseconds since the epoch; null where it is not stated. */
  readonly databaseBuiltAt: number | null;
  readonly observed: ObservedSpan | null;
  readonly findings: readonly ReportedFinding[];
}

export interface ScanCollector extends JsonHandler {
  /** Whether the document, now read, is of this format. */
  recognises(): boolean;
  /** Everything it says; what is wrong is added to the lists given to `collect`. */
  summary(): ScanSummary;
}

/** A format of scan results. */
export interface ScanFormat {
  readonly format: ScanValue['format'];
  collect(faults: FaultList, warnings: FaultList): ScanCollector;
}

/** Fields of a value that is an object; none of any other. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A text that says something, else null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Name and version of a scanner as they are signed. */
export function scannerOf(name: string, version: unknown): ScanValue['scanner'] {
  const stated = textOf(version);
  return { name: name.slice(0, 64), version: stated === null ? { absent: 'NOT_STATED' } : stated.slice(0, 64) };
}
