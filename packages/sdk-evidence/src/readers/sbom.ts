// Bills of materials: CycloneDX, SPDX and Syft's own JSON, told apart by their content.
import { digestOf } from '@promotable/attest';
import type { Fault, SbomValue } from '@promotable/contracts';
import { FaultList, faulty } from '../fault-list.ts';
import { pointerOf } from '../json-pointer.ts';
import { cycloneDx } from './cyclonedx.ts';
import { type JsonPath, JsonScanner, whole } from './json-scanner.ts';
import { mistakenForSbom, mistakenText } from './mistaken-sbom.ts';
import { type ReadPlan, readDocument, readStream } from './report-reader.ts';
import { type ReportDocument, type ReportStream, unreadable } from './report-document.ts';
import type { ObservedSpan } from './report-time.ts';
import type { SbomCollector, SbomFormat } from './sbom-format.ts';
import { spdx } from './spdx.ts';
import { syft } from './syft.ts';

/** Bounds of the readers of bills of materials. */
export interface SbomReaderOptions {
  /** Largest document that is read, in bytes. @default 134217728 (128 MiB, about 200,000 components) */
  readonly maxBytes?: number;
}

/** What a bill of materials says, when it was made if it says so, and what is odd about it without making it useless. */
export interface SbomReading {
  readonly value: SbomValue;
  readonly observed: ObservedSpan | null;
  /** `duplicate_component`, `unknown_version`. */
  readonly warnings: readonly Fault[];
}

/** What a document holds, before anything is counted. */
export interface SbomContent extends Pick<SbomReading, 'observed' | 'warnings'> {
  readonly format: SbomValue['format'];
  readonly specVersion: string;
  readonly documentDigest: string;
  /** Coordinates, or texts with hashes and licences; not yet distinct. */
  readonly components: readonly string[];
}

const formats: readonly SbomFormat[] = [cycloneDx, spdx, syft];

/** Where the newest documents of each format lie flat; every list of a document is read item by item. */
const shape = { others: { items: whole } };

/** What is kept of a document beside its lists. */
const headNames: readonly string[] = [
  ...['bomFormat', 'specVersion', 'metadata', 'spdxVersion', 'SPDXID', '@context', 'creationInfo', 'schema', 'descriptor'],
  ...['lockfileVersion', 'payload', 'dsseEnvelope', 'matches', 'runs', 'SchemaVersion'],
];

/**
 * Reads a bill of materials, CycloneDX JSON 1.2 to 1.7, SPDX JSON 2.3 or Syft JSON 11 to 16, into counts and digests. Components are counted
 * distinct by coordinate, nested ones included; none at all is recorded as 0, the policy judges. `componentsDigest` is sha256 of RFC 8785 of
 * the sorted coordinates (UTF-16 code units).
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault and its path, `REPORT_TOO_LARGE`
 */
export function readSbom(document: ReportDocument, options: SbomReaderOptions = {}): SbomReading {
  return readingOf(readDocument(document, sbomPlan(options)));
}

/** {@link readSbom} of a document that is not held in memory; what is kept are the coordinates. */
export async function readSbomStream(report: ReportStream, options: SbomReaderOptions = {}): Promise<SbomReading> {
  return readingOf(await readStream(report, sbomPlan(options)));
}

/** {@link readSbom} for CycloneDX alone. @throws {EvidenceError} */
export function readCycloneDx(document: ReportDocument, options: SbomReaderOptions = {}): SbomReading {
  return readingOf(readDocument(document, sbomPlan(options, [cycloneDx])));
}

/** How a bill of materials is read; `detailed` tells its components with hashes and licences. */
export function sbomPlan(
  { maxBytes = 134_217_728, detailed = false }: SbomReaderOptions & { readonly detailed?: boolean },
  among: readonly SbomFormat[] = formats,
): ReadPlan<SbomContent> {
  return { maxBytes, open: (name) => new SbomReader(name, among, detailed) };
}

class SbomReader {
  readonly #name: string;
  readonly #head: Record<string, unknown> = {};
  readonly #scanner: JsonScanner;
  readonly #jsonFaults = new FaultList();
  readonly #candidates: { format: SbomFormat; collector: SbomCollector; faults: FaultList; warnings: FaultList }[];

  constructor(name: string, among: readonly SbomFormat[], detailed: boolean) {
    this.#name = name;
    this.#candidates = among.map((format) => {
      const [faults, warnings] = [new FaultList(), new FaultList()];
      return { format, collector: format.collect({ detailed, faults, warnings, seen: new Set() }), faults, warnings };
    });
    this.#scanner = new JsonScanner({ name, shape, faults: this.#jsonFaults, mistaken: mistakenText, handler: this });
  }

  write(chunk: Uint8Array): void {
    this.#scanner.write(chunk);
  }

  open(path: JsonPath): void {
    // Lists are heard of here; that they were lists is all that is kept of them.
    if (path.length === 1 && headNames.includes(path[0] as string)) this.#head[path[0] as string] = [];
  }

  value(value: unknown, path: JsonPath): void {
    const member = path[0] as string;
    if (path.length === 1) {
      if (headNames.includes(member)) this.#head[member] = value;
      // Not a list, or it would have been looked into.
      for (const { format, faults } of this.#candidates) {
        if (format.list === member) faults.add(pointerOf(path), 'invalid_type', 'must be an array');
      }
      return;
    }
    const at = () => pointerOf([member, index]);
    const index = path[1] as number;
    for (const { format, collector } of this.#candidates) {
      if (format.list === member) collector.entry(value, at);
      else collector.otherEntry?.(member, value, at);
    }
  }

  end(documentDigest: string): SbomContent {
    this.#scanner.end();
    const found = this.#candidates.find(({ format }) => format.recognises(this.#head));
    if (found === undefined) {
      this.#jsonFaults.throwIfAny('REPORT_UNREADABLE', this.#name);
      throw unreadable(this.#name, 'wrong_format', mistakenForSbom(this.#head));
    }
    const { format, collector, warnings } = found;
    const faults = new FaultList();
    faults.addAll(this.#jsonFaults.toArray());
    const specVersion = format.specVersion(this.#head, faults, warnings);
    faults.addAll(found.faults.toArray());
    const observed = format.observed(this.#head, faults);
    if (!faults.isEmpty) throw faulty('REPORT_UNREADABLE', this.#name, [...faults.toArray(), ...warnings.toArray()]);
    return {
      format: format.format,
      specVersion,
      documentDigest,
      observed,
      warnings: warnings.toArray(),
      components: collector.components(this.#head),
    };
  }
}

function readingOf({ format, specVersion, documentDigest, observed, warnings, components }: SbomContent): SbomReading {
  const coordinates = [...new Set(components)].sort();
  return {
    value: { format, specVersion, documentDigest, componentsDigest: digestOf(coordinates), components: coordinates.length },
    observed,
    warnings,
  };
}
