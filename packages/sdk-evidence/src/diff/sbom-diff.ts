// What changed between two bills of materials, for a scan that may be left out only when nothing did.
import type { Fault } from '@promotable/contracts';
import { EvidenceError } from '../evidence-error.ts';
import { type ReportDocument, type ReportStream, unreadable } from '../readers/report-document.ts';
import { readDocument, readStream } from '../readers/report-reader.ts';
import { type SbomContent, sbomPlan, type SbomReaderOptions } from '../readers/sbom.ts';
import { type ComparedComponent, type ComponentSet, componentSetOf, differenceOf } from './component-set.ts';

/** One component in two states. */
export interface ChangedComponent {
  readonly before: ComparedComponent;
  readonly after: ComparedComponent;
  /** What differs: `version`, `hashes`, `licences`. */
  readonly differs: readonly ('version' | 'hashes' | 'licences')[];
}

/** A document that was compared. */
export interface ComparedSbom {
  readonly documentDigest: string;
  /** Digest of the component set, the evidence of "nothing changed". */
  readonly setDigest: string;
  readonly components: number;
}

/** `UNKNOWN` says nothing of what changed: scan everything. */
export type SbomDiff =
  | { readonly result: 'identical'; readonly before: ComparedSbom; readonly after: ComparedSbom }
  | {
      readonly result: 'changed';
      readonly before: ComparedSbom;
      readonly after: ComparedSbom;
      readonly added: readonly ComparedComponent[];
      readonly removed: readonly ComparedComponent[];
      readonly changed: readonly ChangedComponent[];
    }
  | { readonly result: 'UNKNOWN'; readonly faults: readonly Fault[] };

/**
 * Compares two bills of materials, CycloneDX, SPDX or Syft JSON in any mixture, by their sets of components: coordinate, hashes, licences.
 * What cannot be read, names no component or is of an unknown version gives `UNKNOWN` with every fault, paths from `/before` and `/after`.
 */
export function diffSboms(before: ReportDocument, after: ReportDocument, options: SbomReaderOptions = {}): SbomDiff {
  const plan = sbomPlan({ ...options, detailed: true });
  return compare(
    settle(() => readDocument(before, plan)),
    settle(() => readDocument(after, plan)),
  );
}

/** {@link diffSboms} of documents that are not held in memory. Rejects with what a stream rejects with. */
export async function diffSbomStreams(before: ReportStream, after: ReportStream, options: SbomReaderOptions = {}): Promise<SbomDiff> {
  const plan = sbomPlan({ ...options, detailed: true });
  const read = async (report: ReportStream): Promise<Side> => {
    try {
      const content = await readStream(report, plan);
      return settle(() => content);
    } catch (error) {
      return settle(() => {
        throw error;
      });
    }
  };
  return compare(await read(before), await read(after));
}

interface Side {
  readonly sbom: ComparedSbom | null;
  readonly set: ComponentSet | null;
  readonly faults: readonly Fault[];
}

function settle(read: () => SbomContent): Side {
  try {
    const { documentDigest, components, warnings } = read();
    const unknown = warnings.filter(({ code }) => code === 'unknown_version');
    if (components.length === 0) throw unreadable('', 'no_components', 'names no component: nothing can be said about what is in it');
    if (unknown.length > 0) return { sbom: null, set: null, faults: unknown };
    const set = componentSetOf(components);
    return { sbom: { documentDigest, setDigest: set.digest, components: set.texts.length }, set, faults: [] };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { sbom: null, set: null, faults: error.faults };
  }
}

function compare(before: Side, after: Side): SbomDiff {
  if (before.sbom === null || before.set === null || after.sbom === null || after.set === null) {
    const at = (side: Side, path: string) => side.faults.map((fault) => ({ ...fault, path: path + fault.path }));
    return { result: 'UNKNOWN', faults: [...at(before, '/before'), ...at(after, '/after')] };
  }
  const sides = { before: before.sbom, after: after.sbom };
  if (before.sbom.setDigest === after.sbom.setDigest) return { result: 'identical', ...sides };
  return { result: 'changed', ...sides, ...changesBetween(before.set, after.set) };
}

/** Components of one name that are in one set only: one on each side is one that changed, anything else came or went. */
function changesBetween(before: ComponentSet, after: ComponentSet) {
  const { onlyA, onlyB } = differenceOf(before, after);
  const [gone, come] = [onlyA, onlyB].map((components) => Map.groupBy(components, ({ coordinate }) => nameOf(coordinate))) as [
    Map<string, ComparedComponent[]>,
    Map<string, ComparedComponent[]>,
  ];
  const [added, removed, changed]: [ComparedComponent[], ComparedComponent[], ChangedComponent[]] = [[], [], []];
  for (const name of [...new Set([...gone.keys(), ...come.keys()])].sort()) {
    const [old, young] = [gone.get(name) ?? [], come.get(name) ?? []];
    const [was, is] = [old[0], young[0]];
    if (was !== undefined && is !== undefined && old.length === 1 && young.length === 1) changed.push(changeOf(was, is));
    else {
      removed.push(...old);
      added.push(...young);
    }
  }
  return { added, removed, changed };
}

/** A coordinate without its version; the qualifiers of a package URL stay. */
function nameOf(coordinate: string): string {
  const end = coordinate.search(/[?#]/);
  const path = end === -1 ? coordinate : coordinate.slice(0, end);
  const at = path.lastIndexOf('@');
  // At the beginning of a segment it is the scope of an npm package.
  return at > 0 && path[at - 1] !== '/' ? path.slice(0, at) + coordinate.slice(path.length) : coordinate;
}

function changeOf(before: ComparedComponent, after: ComparedComponent): ChangedComponent {
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((text, index) => text === b[index]);
  return {
    before,
    after,
    differs: [
      ...(before.coordinate === after.coordinate ? [] : (['version'] as const)),
      ...(same(before.hashes, after.hashes) ? [] : (['hashes'] as const)),
      ...(same(before.licences, after.licences) ? [] : (['licences'] as const)),
    ],
  };
}
