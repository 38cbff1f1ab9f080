import { type FaultList, quoted } from '../fault-list.ts';
import type { ObservedSpan } from './report-time.ts';

/** Members of a document beside its lists, as far as a format asks for them. */
export type SbomHead = Readonly<Record<string, unknown>>;

/** Whose components are read, and how deep. */
export interface SbomSink {
  /** Whether components are told with hashes and licences (`componentText`), or by their coordinates alone. */
  readonly detailed: boolean;
  readonly faults: FaultList;
  readonly warnings: FaultList;
  /** Coordinates met so far. */
  readonly seen: Set<string>;
}

/** A component that is listed twice is counted once, and told. */
export function noteDuplicate({ detailed, seen, warnings }: SbomSink, coordinate: string, path: () => string): void {
  if (detailed) return;
  if (seen.has(coordinate)) warnings.add(path(), 'duplicate_component', `lists ${quoted(coordinate)} once more`);
  seen.add(coordinate);
}

/** One format while a document of it is read. */
export interface SbomCollector {
  /** One item of the format's list, at `path` such as `/components/12`; `path` is a function because few need it. */
  entry(value: unknown, path: () => string): void;
  /** One item of another list of the document. */
  otherEntry?(list: string, value: unknown, path: () => string): void;
  /** The components, without what they were made into, once all is read: coordinates, or texts where they are detailed. */
  components(head: SbomHead): string[];
}

/** A format of bills of materials. */
export interface SbomFormat {
  readonly format: 'cyclonedx' | 'spdx' | 'syft';
  /** The member that lists the components. */
  readonly list: string;
  recognises(head: SbomHead): boolean;
  collect(sink: SbomSink): SbomCollector;
  /** Judges the version: too old is a fault, unknown and newer a warning. */
  specVersion(head: SbomHead, faults: FaultList, warnings: FaultList): string;
  observed(head: SbomHead, faults: FaultList): ObservedSpan | null;
}
