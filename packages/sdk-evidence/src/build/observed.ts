import type { FaultList } from '../fault-list.ts';
import { quoted } from '../fault-list.ts';
import { readTime, type ObservedSpan } from '../readers/report-time.ts';

/** A span of time as a caller states it: RFC 3339 with an offset. */
export interface ObservedInput {
  readonly from: string;
  readonly until: string;
}

/** Reads a stated span; naive, unparseable or reversed times are added to `faults` and answered by null. */
export function readObserved({ from, until }: ObservedInput, path: string, faults: FaultList): ObservedSpan | null {
  const [start, end] = [readPoint(from, `${path}/from`, faults), readPoint(until, `${path}/until`, faults)];
  if (start === null || end === null) return null;
  if (start > end) faults.add(`${path}/until`, 'reversed', 'must not lie before from');
  return { from: start, until: end };
}

/** The form that is signed: UTC, milliseconds. */
export function toInstants({ from, until }: ObservedSpan): ObservedInput {
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}

function readPoint(text: string, path: string, faults: FaultList): number | null {
  const time = typeof text === 'string' ? readTime(text) : { fault: 'invalid_time' as const };
  if ('at' in time) return time.at;
  faults.add(path, time.fault, `must be an RFC 3339 time with an offset, not ${quoted(text)}`);
  return null;
}
