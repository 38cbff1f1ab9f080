import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { EvidenceErrorCode } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';

/** A report as it was found: the name it is called by in messages (it is not recorded) and its bytes. */
export interface ReportDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The same for a report that is not held in memory; it is read once, from its beginning to its end. */
export interface ReportStream {
  readonly name: string;
  readonly stream: AsyncIterable<Uint8Array>;
}

const chunkBytes = 1 << 20;

/** A file as a {@link ReportStream}, called by its last path segment; opened when it is read, which then rejects with the file system's own error. */
export function reportFile(path: string): ReportStream {
  return {
    name: basename(path),
    stream: { [Symbol.asyncIterator]: () => createReadStream(path, { highWaterMark: chunkBytes })[Symbol.asyncIterator]() },
  };
}

/** A report that cannot be read as a whole; one fault, at its root. */
export function unreadable(name: string, code: string, message: string, errorCode: EvidenceErrorCode = 'REPORT_UNREADABLE') {
  return faulty(errorCode, name, [{ path: '', code, message }]);
}
