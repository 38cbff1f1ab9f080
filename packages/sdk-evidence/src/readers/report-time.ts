import { type FaultList, quoted } from '../fault-list.ts';

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** A point in time, or why a text is none. */
export type ReportTime = { readonly at: number } | { readonly fault: 'naive_time' | 'invalid_time' };

/**
 * Reads an RFC 3339 time to milliseconds since the epoch (fractions cut). A time without an offset is `naive_time`: guessing the zone of
 * another machine is how evidence gets hours older or younger; `assumeOffset` (`Z` or `±hh:mm`) lets a person state it.
 */
export function readTime(text: string, assumeOffset?: string): ReportTime {
  const match = rfc3339.exec(text.trim());
  if (match === null) return { fault: 'invalid_time' };
  const [, year, month, day, hour, minute, second, fraction = '', stated] = match;
  const offset = stated ?? assumeOffset;
  if (offset === undefined) return { fault: 'naive_time' };
  const milliseconds = `${fraction.slice(1, 4)}000`.slice(0, 3);
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`);
  // Date.parse lets 31 February pass as 3 March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return Number.isNaN(at) || !isDay ? { fault: 'invalid_time' } : { at };
}

/** The span in which a report's observations were made, milliseconds since the epoch. */
export interface ObservedSpan {
  readonly from: number;
  readonly until: number;
}

/** The least span that holds both. */
export function joinSpans(a: ObservedSpan | null, b: ObservedSpan | null): ObservedSpan | null {
  if (a === null || b === null) return a ?? b;
  return { from: Math.min(a.from, b.from), until: Math.max(a.until, b.until) };
}

/** What several scans are together: as old as the oldest of them, for beside a newer one it must not look fresh. Null where none states a time. */
export function oldestSpan(spans: readonly (ObservedSpan | null)[]): ObservedSpan | null {
  const stated = spans.filter((span) => span !== null);
  if (stated.length === 0) return null;
  return { from: Math.min(...stated.map(({ from }) => from)), until: Math.min(...stated.map(({ until }) => until)) };
}

/** The moment a document states, as a span; null where it states none. A time that cannot be read is added to `faults`. */
export function optionalTime(value: unknown, path: string, faults: FaultList): ObservedSpan | null {
  if (value === undefined || value === null || value === '') return null;
  const time = typeof value === 'string' ? readTime(value) : { fault: 'invalid_time' as const };
  if ('at' in time) return { from: time.at, until: time.at };
  faults.add(path, time.fault, `must be an RFC 3339 time with an offset, not ${quoted(value)}`);
  return null;
}
