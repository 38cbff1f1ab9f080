// What the scans of a release found, after what OpenVEX says of it.
import { type Fault, type ScanValue, severities } from '@promotable/contracts';
import { FaultList } from '../fault-list.ts';
import { applyVex } from './apply-vex.ts';
import { FindingSet, toFinding } from './finding.ts';
import { type VexDocument, vexPlan } from './openvex.ts';
import { allRead, allWarnings, type Outcome, readEach, readEachStream } from './read-all.ts';
import type { ReportDocument, ReportStream } from './report-document.ts';
import { type ObservedSpan, oldestSpan } from './report-time.ts';
import { scanPlan, type ScanReport } from './scan-document.ts';

/** What belongs to the results of a scan. */
export interface ScanReaderOptions<Report = ReportDocument> {
  /** OpenVEX documents that say what does not affect this release. @default none */
  readonly vex?: readonly Report[] | undefined;
  /** sha256 of the release's artifacts, lowercase hex; a VEX statement about parts of a product must name one. @default none */
  readonly artifacts?: readonly string[] | undefined;
  /** Largest document that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxBytes?: number | undefined;
}

/** What scans say together. */
export interface ScanReading {
  readonly value: ScanValue;
  /** Ends with the scan that ended first. */
  readonly observed: ObservedSpan | null;
  /** Findings in all, those beyond `value.findings` included. */
  readonly total: number;
  /** `unknown_version`, `ignored_by_scanner`, `licences_not_counted`, `nothing_taken_out`; paths as `/<file>/…`, of VEX documents as `/vex/<file>/…`. */
  readonly warnings: readonly Fault[];
}

const maxListed = 200;
const defaultMaxBytes = 134_217_728;

/**
 * Reads the results of one scanner: Grype JSON, Trivy JSON or SARIF 2.1.0, one or more documents, with OpenVEX 0.2 applied. Findings count
 * distinct by (id, purl). A document that does not say what it looked at is refused, for it would look like one without a finding.
 * @throws {EvidenceError} `REPORT_UNREADABLE` with every fault, paths as `/<file>/…`, of VEX documents as `/vex/<file>/…`; `REPORT_EMPTY` for no file; `REPORT_TOO_LARGE`
 */
export function readScan(documents: readonly ReportDocument[], options: ScanReaderOptions = {}): ScanReading {
  const { vex = [], maxBytes = defaultMaxBytes } = options;
  return combine(readEach(documents, scanPlan(maxBytes)), readEach(vex, vexPlan, '/vex'), options);
}

/** {@link readScan} of documents that are not held in memory; what is kept are the findings. */
export async function readScanStream(
  reports: readonly ReportStream[],
  options: ScanReaderOptions<ReportStream> = {},
): Promise<ScanReading> {
  const { vex = [], maxBytes = defaultMaxBytes } = options;
  return combine(await readEachStream(reports, scanPlan(maxBytes)), await readEachStream(vex, vexPlan, '/vex'), options);
}

function combine(
  scans: readonly Outcome<ScanReport>[],
  vex: readonly Outcome<VexDocument>[],
  { artifacts = [] }: Pick<ScanReaderOptions, 'artifacts'>,
): ScanReading {
  const subject = 'results of a scan';
  // All of both kinds are read before any fault is thrown; without a scan there is nothing that VEX could speak of.
  if (scans.length > 0) allRead<unknown>(subject, [...scans, ...vex]);
  const reports = allRead(subject, scans);
  const first = reports[0] as ScanReport;
  oneScanner(reports).throwIfAny('REPORT_UNREADABLE', subject);

  const found = new FindingSet();
  for (const { findings } of reports) for (const finding of findings) found.add(finding);
  const documents = vex.flatMap(({ reading }) => reading ?? []);
  const { findings, notAffected } = applyVex(
    found.toArray(),
    documents.flatMap(({ statements }) => statements),
    artifacts,
  );
  const counts = Object.fromEntries(
    severities.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]),
  ) as ScanValue['counts'];
  const listed = findings.slice(0, maxListed).map(toFinding);
  const built = reports.map(({ databaseBuiltAt }) => databaseBuiltAt);
  return {
    value: {
      format: first.format,
      scanner: first.scanner,
      documentDigests: [...new Set([...reports, ...documents].map(({ documentDigest }) => documentDigest))].sort(),
      // The oldest says how much all of them may have missed.
      databaseBuiltAt: built.includes(null) ? { absent: 'NOT_STATED' } : new Date(Math.min(...built.map((at) => at ?? 0))).toISOString(),
      counts,
      notAffected,
      findings: listed,
      unlisted: findings.length - listed.length,
    },
    observed: oldestSpan(reports.map(({ observed }) => observed)),
    total: findings.length,
    warnings: [...allWarnings([...scans, ...vex]), ...idleVex(vex, notAffected)],
  };
}

/** The value names one scanner; findings of another would be told as its own. */
function oneScanner(reports: readonly ScanReport[]): FaultList {
  const faults = new FaultList();
  const [first] = reports;
  const same = (a: ScanReport['scanner'], b: ScanReport['scanner'] | undefined) => JSON.stringify(a) === JSON.stringify(b);
  for (const [index, { format, scanner }] of reports.entries()) {
    if (format !== first?.format || !same(scanner, first.scanner))
      faults.add(`/${index}`, 'several_scanners', 'is of another scanner, version or format than the first; make a record for each');
  }
  return faults;
}

function idleVex(vex: readonly Outcome<VexDocument>[], notAffected: number): Fault[] {
  const isIdle = vex.length > 0 && notAffected === 0;
  return isIdle
    ? [{ path: '/vex', code: 'nothing_taken_out', message: 'no statement speaks of a finding by its id and the purl of its component' }]
    : [];
}
