import { open } from 'node:fs/promises';
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

/**
 * A file as a {@link ReportStream}, called by its last path segment; opened when it is read, which then rejects with the file system's own
 * error. A chunk is good until the next one is asked for.
 */
export function reportFile(path: string): ReportStream {
  return { name: basename(path), stream: { [Symbol.asyncIterator]: () => chunksOf(path) } };
}

/** One buffer is read into while the other is worked on: a new one for each chunk would cost as much as its digest. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let [current, next] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
    let { bytesRead } = await file.read(current, 0, chunkBytes, null);
    while (bytesRead > 0) {
      const reading = file.read(next, 0, chunkBytes, null);
      // Awaited below; a consumer that stops here must not leave a rejection that nobody hears.
      reading.catch(() => undefined);
      yield current.subarray(0, bytesRead);
      ({ bytesRead } = await reading);
      [current, next] = [next, current];
    }
  } finally {
    await file.close();
  }
}

/** A report that cannot be read as a whole; one fault, at its root. */
export function unreadable(name: string, code: string, message: string, errorCode: EvidenceErrorCode = 'REPORT_UNREADABLE') {
  return faulty(errorCode, name, [{ path: '', code, message }]);
}
