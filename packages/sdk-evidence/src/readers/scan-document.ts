// One result of a scan: Grype, Trivy or SARIF, told apart by its content.
import type { Fault } from '@promotable/contracts';
import { FaultList, faulty } from '../fault-list.ts';
import { grype } from './grype.ts';
import { type JsonPath, JsonScanner, type JsonShape, whole } from './json-scanner.ts';
import { mistakenText } from './mistaken-sbom.ts';
import { unreadable } from './report-document.ts';
import type { ReadPlan } from './report-reader.ts';
import { sarif } from './sarif.ts';
import type { ScanCollector, ScanFormat, ScanSummary } from './scan-format.ts';
import { trivy } from './trivy.ts';

/** One document, read. */
export interface ScanReport extends ScanSummary {
  readonly format: ScanFormat['format'];
  readonly documentDigest: string;
  readonly warnings: readonly Fault[];
}

const formats: readonly ScanFormat[] = [grype, trivy, sarif];

const list: JsonShape = { items: whole };
const rules: JsonShape = { others: { items: whole } };
/** Every list of a document is read item by item; what lies deeper is named. */
const shape: JsonShape = {
  others: list,
  members: {
    Results: { items: { others: list } },
    runs: { items: { others: list, members: { tool: { members: { driver: rules, extensions: { items: rules } }, others: whole } } } },
  },
};

/** How one result of a scan is read. */
export function scanPlan(maxBytes: number): ReadPlan<ScanReport> {
  return { maxBytes, open: (name) => new ScanReader(name) };
}

class ScanReader {
  readonly #name: string;
  readonly #jsonFaults = new FaultList();
  readonly #scanner: JsonScanner;
  readonly #candidates: { format: ScanFormat; collector: ScanCollector; faults: FaultList; warnings: FaultList }[];

  constructor(name: string) {
    this.#name = name;
    this.#candidates = formats.map((format) => {
      const [faults, warnings] = [new FaultList(), new FaultList()];
      return { format, collector: format.collect(faults, warnings), faults, warnings };
    });
    this.#scanner = new JsonScanner({ name, shape, faults: this.#jsonFaults, mistaken: mistakenText, handler: this });
  }

  write(chunk: Uint8Array): void {
    this.#scanner.write(chunk);
  }

  open(path: JsonPath): void {
    for (const { collector } of this.#candidates) collector.open?.(path);
  }

  value(value: unknown, path: JsonPath): void {
    for (const { collector } of this.#candidates) collector.value(value, path);
  }

  end(documentDigest: string): ScanReport {
    this.#scanner.end();
    const found = this.#candidates.filter(({ collector }) => collector.recognises());
    const [candidate] = found;
    if (candidate === undefined || found.length > 1) {
      this.#jsonFaults.throwIfAny('REPORT_UNREADABLE', this.#name);
      throw unreadable(
        this.#name,
        'wrong_format',
        'is no result of a scan that is known: Grype JSON (`grype -o json`), Trivy JSON (`trivy … --format json`) or SARIF 2.1.0',
      );
    }
    const { format, collector, warnings } = candidate;
    const summary = collector.summary();
    const faults = new FaultList();
    faults.addAll(this.#jsonFaults.toArray());
    faults.addAll(candidate.faults.toArray());
    if (!faults.isEmpty) throw faulty('REPORT_UNREADABLE', this.#name, [...faults.toArray(), ...warnings.toArray()]);
    return { ...summary, format: format.format, documentDigest, warnings: warnings.toArray() };
  }
}
