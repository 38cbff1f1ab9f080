import type { EvidenceErrorCode } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';

/** A report as it was found: the name it is called by in messages (it is not recorded) and its bytes. */
export interface ReportDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Bytes that an ill-behaved tool may put before UTF-8 text. */
const byteOrderMark = '\ufeff';

/**
 * The text of a report.
 * @throws {EvidenceError} `REPORT_TOO_LARGE` beyond `maxBytes`, `REPORT_UNREADABLE` when it is empty or not UTF-8
 */
export function textOf({ name, bytes }: ReportDocument, maxBytes: number): string {
  if (bytes.length > maxBytes)
    throw unreadable(name, 'too_large', `has ${bytes.length} bytes, at most ${maxBytes} are read`, 'REPORT_TOO_LARGE');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable(name, 'encoding', 'is not UTF-8 text');
  }
  const content = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  if (content.trim() === '') throw unreadable(name, 'empty', 'is empty: the step that should have written it wrote nothing');
  return content;
}

/** A report that cannot be read as a whole; one fault, at its root. */
export function unreadable(name: string, code: string, message: string, errorCode: EvidenceErrorCode = 'REPORT_UNREADABLE') {
  return faulty(errorCode, name, [{ path: '', code, message }]);
}
