// Documents that are small enough to be held as one text.
import { parseStrictJson } from '@promotable/attest';
import { isCodedError } from '@promotable/contracts';
import { faulty } from '../fault-list.ts';
import { unreadable } from './report-document.ts';
import type { ReadPlan } from './report-reader.ts';

/** Reads the whole text, without a byte order mark. */
export function wholeText<Reading>(
  maxBytes: number,
  read: (name: string, text: string, documentDigest: string) => Reading,
): ReadPlan<Reading> {
  return {
    maxBytes,
    open(name) {
      const chunks: Uint8Array[] = [];
      return {
        write: (chunk) => void chunks.push(Uint8Array.from(chunk)),
        end: (documentDigest) =>
          read(
            name,
            Buffer.concat(chunks)
              .toString('utf8')
              .replace(/^\ufeff/, ''),
            documentDigest,
          ),
      };
    },
  };
}

/** JSON without what parsers disagree about. @throws {EvidenceError} `REPORT_UNREADABLE`, with what `mistaken` says of a text that is no JSON */
export function strictJson(name: string, text: string, mistaken: (text: string) => string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    const faults = isCodedError(error) ? error.faults : [];
    if (faults.every(({ code }) => code === 'syntax')) throw unreadable(name, 'syntax', mistaken(text));
    throw faulty('REPORT_UNREADABLE', name, faults);
  }
}
