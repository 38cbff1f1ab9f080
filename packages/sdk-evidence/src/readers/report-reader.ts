// One pass over the bytes of a report: digest, size and encoding are seen to here, for every format and for both ways in.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { sha256Hex } from '@promotable/attest';
import { type ReportDocument, type ReportStream, unreadable } from './report-document.ts';

/** What reads one report of one format. `write` takes chunks of valid UTF-8, cut anywhere, and must not keep them. */
export interface ReportReader<Reading> {
  write(chunk: Uint8Array): void;
  /** @param documentDigest sha256 of all bytes, lowercase hex */
  end(documentDigest: string): Reading;
}

/** How a report is read. */
export interface ReadPlan<Reading> {
  readonly maxBytes: number;
  readonly open: (name: string) => ReportReader<Reading>;
}

/** Reads a report that is in memory. @throws {EvidenceError} */
export function readDocument<Reading>({ name, bytes }: ReportDocument, { maxBytes, open }: ReadPlan<Reading>): Reading {
  const guard = new Guard(name, maxBytes);
  guard.check(bytes);
  guard.end();
  const reader = open(name);
  reader.write(bytes);
  return reader.end(sha256Hex(bytes));
}

/** Reads a report as it comes, keeping one chunk. Rejects with what the stream rejects with. @throws {EvidenceError} */
export async function readStream<Reading>({ name, stream }: ReportStream, { maxBytes, open }: ReadPlan<Reading>): Promise<Reading> {
  const sha256 = createHash('sha256');
  const guard = new Guard(name, maxBytes);
  const reader = open(name);
  for await (const chunk of stream) {
    guard.check(chunk);
    sha256.update(chunk);
    reader.write(chunk);
  }
  guard.end();
  return reader.end(sha256.digest('hex'));
}

/**
 * sha256 of a report that is not read further, lowercase hex: what its value will call `documentDigest`.
 * @throws {EvidenceError} `REPORT_UNREADABLE` where it is no UTF-8 text, or empty
 */
export async function reportDigest(report: ReportStream): Promise<string> {
  return readStream(report, { maxBytes: Number.POSITIVE_INFINITY, open: () => ({ write: () => undefined, end: (digest) => digest }) });
}

/** Refuses what is too large, is no UTF-8, or holds nothing. */
class Guard {
  readonly #name: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #blank = true;
  /** The beginning of a character whose end lies in the next chunk, at most three bytes. */
  #begun: Uint8Array = new Uint8Array(0);

  constructor(name: string, maxBytes: number) {
    this.#name = name;
    this.#maxBytes = maxBytes;
  }

  check(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes)
      throw unreadable(this.#name, 'too_large', `has more than the ${this.#maxBytes} bytes that are read`, 'REPORT_TOO_LARGE');
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    const whole = bytes.length - unfinished(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) throw unreadable(this.#name, 'encoding', 'is not UTF-8 text');
    // A copy: the chunk is not ours to keep.
    this.#begun = Uint8Array.from(bytes.subarray(whole));
    this.#blank &&= isBlank(chunk);
  }

  end(): void {
    if (this.#begun.length > 0) throw unreadable(this.#name, 'encoding', 'is not UTF-8 text');
    if (this.#blank) throw unreadable(this.#name, 'empty', 'is empty: the step that should have written it wrote nothing');
  }
}

/** How many bytes at the end begin a character that is longer than what is there. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** White space and a byte order mark are nothing. */
function isBlank(chunk: Uint8Array): boolean {
  return chunk.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xef || byte === 0xbb || byte === 0xbf);
}
