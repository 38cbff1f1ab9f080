// The reports that `mc try` was given, each read by itself: an item is as old as its own reports.
import type { CoverageReading, EvidenceError, ProvenanceReading, SbomReading, ScanReading, TestsReading } from '@promotable/sdk-evidence';
import type { Io } from '../io.ts';
import { reportAt, reportsAt, sayWarnings } from '../report-files.ts';

export interface ReportOptions {
  readonly sbom?: string;
  readonly junit?: string[];
  readonly assumeOffset?: string;
  readonly coverage?: string[];
  readonly scan?: string[];
  readonly vex?: string[];
  readonly provenance?: string;
}

/** What each report says; null where it was not given. */
export interface TriedReports {
  readonly sbom: SbomReading | null;
  readonly tests: TestsReading | null;
  readonly coverage: CoverageReading | null;
  readonly scan: ScanReading | null;
  readonly provenance: ProvenanceReading | null;
}

/** Reads all of them before any fault is thrown. @throws {EvidenceError} with the faults of every report, paths as of `mc evidence build` */
export async function triedReports(io: Io, options: ReportOptions): Promise<TriedReports> {
  const sdk = await import('@promotable/sdk-evidence');
  const errors: EvidenceError[] = [];
  async function read<Reading extends { readonly warnings: SbomReading['warnings'] }>(
    path: string,
    given: unknown,
    reading: () => Promise<Reading>,
  ): Promise<Reading | null> {
    if (given === undefined) return null;
    try {
      const result = await reading();
      sayWarnings(
        io,
        result.warnings.map((warning) => ({ ...warning, path: path + warning.path })),
      );
      return result;
    } catch (error) {
      if (!(error instanceof sdk.EvidenceError)) throw error;
      const faults = error.faults.map((fault) => ({ ...fault, path: path + fault.path }));
      errors.push(new sdk.EvidenceError(error.code, error.message, { faults, cause: error }));
      return null;
    }
  }
  const { sbom, junit = [], coverage = [], scan = [], vex = [], provenance, assumeOffset } = options;
  const readings: TriedReports = {
    sbom: await read('/sbom', sbom, async () => sdk.readSbomStream(await reportAt(io, sbom ?? '', 'the SBOM'))),
    tests: await read('/junit', options.junit, async () =>
      sdk.readJUnitStream(await reportsAt(io, junit, 'the test report'), assumeOffset === undefined ? {} : { assumeOffset }),
    ),
    coverage: await read('/coverage', options.coverage, async () =>
      sdk.readLcovStream(await reportsAt(io, coverage, 'the coverage report')),
    ),
    scan: await read('/scan', options.scan ?? options.vex, async () =>
      sdk.readScanStream(await reportsAt(io, scan, 'the result of the scan'), { vex: await reportsAt(io, vex, 'the VEX document') }),
    ),
    provenance: await read('/provenance', provenance, async () =>
      sdk.readProvenanceStream(await reportAt(io, provenance ?? '', 'the provenance')),
    ),
  };
  const [first] = errors;
  if (first === undefined) return readings;
  if (errors.length === 1) throw first;
  const faults = errors.flatMap((error) => error.faults);
  throw new sdk.EvidenceError('EVIDENCE_INVALID', `${errors.length} items could not be read`, { faults });
}
