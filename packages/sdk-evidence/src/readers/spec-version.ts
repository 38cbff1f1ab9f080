import { type FaultList, quoted } from '../fault-list.ts';

export interface KnownVersions {
  /** JSON Pointer of the version. */
  readonly path: string;
  readonly pattern: RegExp;
  /** First and last version that is known to be read right, as `[major, minor]`. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/**
 * Judges the version of a document: none and one older than `from` are faults; one newer than `to` is a warning, since formats are
 * extended more often than changed, and what cannot be found in it is then a fault of its own.
 */
export function judgeVersion(value: unknown, { path, pattern, from, to }: KnownVersions, faults: FaultList, warnings: FaultList): string {
  const match = typeof value === 'string' ? pattern.exec(value) : null;
  const range = `${from.join('.')} to ${to.join('.')}`;
  if (match === null) {
    faults.add(path, 'invalid_version', `must be a version from ${range}, not ${quoted(value)}`);
    return '';
  }
  const version = [Number(match[1]), Number(match[2] ?? 0)] as const;
  const isBefore = (a: readonly [number, number], b: readonly [number, number]) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  if (isBefore(version, from)) faults.add(path, 'unsupported_version', `${quoted(value)} is older than what is read, ${range}`);
  else if (isBefore(to, version)) warnings.add(path, 'unknown_version', `${quoted(value)} is newer than what is known, ${range}`);
  return match[0].replace(/^\D+/, '');
}
