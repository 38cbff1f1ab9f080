import type { Clock, EvidenceRun, Fault, Statement } from '@promotable/contracts';
import { type JUnitReaderOptions, readJUnit, readJUnitStream } from '../readers/junit.ts';
import { readLcov, readLcovStream } from '../readers/lcov.ts';
import { readProvenance, readProvenanceStream } from '../readers/provenance.ts';
import type { ReportDocument, ReportStream } from '../readers/report-document.ts';
import { readSbom, readSbomStream } from '../readers/sbom.ts';
import { readScan, readScanStream } from '../readers/scan.ts';
import type { RedactionOptions } from '../redact/redact-value.ts';
import type { Artifact } from './artifact.ts';
import { statementOfBuild } from './build-statement.ts';
import type { ObservedInput } from './observed.ts';
import { attempt, attemptStream } from './read-attempt.ts';

/** A release and the reports of its build, in memory; with {@link ReportStream} for `Report`, reports that are read as they come. */
export interface BuildEvidenceInput<Report = ReportDocument> {
  readonly service: string;
  readonly releaseId: string;
  /** What was built; at least one, unless `tenant` is given. @default none */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** Whose release it is; where there is no artifact to name (functions, SaaS), the record is bound to the release itself. @default none */
  readonly tenant?: string | undefined;
  /** CycloneDX, SPDX or Syft JSON. @default none: recorded as `{absent: 'SBOM_ABSENT'}`, unless the record is partial */
  readonly sbom?: Report | undefined;
  /** JUnit XML files of one run. @default none: recorded as `{absent: 'TESTS_ABSENT'}`, unless the record is partial */
  readonly junit?: readonly Report[] | undefined;
  /** LCOV tracefiles of one run. @default none: the record does not speak of coverage */
  readonly coverage?: readonly Report[] | undefined;
  /** Results of one scanner: Grype JSON, Trivy JSON or SARIF. @default none: the record does not speak of a scan */
  readonly scan?: readonly Report[] | undefined;
  /** OpenVEX documents, applied to the findings of `scan`. @default none */
  readonly vex?: readonly Report[] | undefined;
  /** SLSA provenance v1 of the artifacts, signed or not. @default none: the record does not speak of provenance */
  readonly provenance?: Report | undefined;
  /**
   * Whether the record speaks only of what is given, because other jobs speak of the rest: a record that states an absence takes the place
   * of an earlier one that does not. @default true where neither `sbom` nor `junit` is given but something else is
   */
  readonly partial?: boolean | undefined;
  readonly run: EvidenceRun;
  /** When it was observed, used where no report states a time. @default one reading of the clock */
  readonly observed?: ObservedInput | undefined;
}

/** The clock, and what a report's times lack. */
export interface BuildEvidenceOptions extends Pick<JUnitReaderOptions, 'assumeOffset'> {
  /** Read once at most, and only where neither a report nor `observed` states a time. */
  readonly clock: Pick<Clock, 'now'>;
  /** What is taken out besides secrets, and who can prove it. @default secrets, e-mail addresses, home directories; nobody */
  readonly redaction?: RedactionOptions | undefined;
  /** Told what is odd about a report that could be read all the same; paths from `/sbom`, `/junit/0`, … @default none */
  readonly onWarning?: ((warning: Fault) => void) | undefined;
}

/**
 * Makes the Statement of build evidence: reports read, counted, redacted. Deterministic: the same inputs give the same bytes.
 * @throws {EvidenceError} every fault in one: the reader's code (`REPORT_UNREADABLE`, `REPORT_EMPTY`, `REPORT_TOO_LARGE`) when the
 * reports alone are at fault in one way, else `EVIDENCE_INVALID`
 */
export function buildEvidence(input: BuildEvidenceInput, options: BuildEvidenceOptions): Statement {
  const { sbom, junit, coverage, scan, vex, provenance } = input;
  const artifacts = digestsOf(input);
  return statementOfBuild(
    input,
    {
      sbom: attempt(sbom, readSbom),
      tests: attempt(junit, (files) => readJUnit(files, offsetOf(options))),
      coverage: attempt(coverage, readLcov),
      scan: attempt(scan ?? vex?.slice(0, 0), (files) => readScan(files, { vex, artifacts })),
      provenance: attempt(provenance, (document) => readProvenance(document, { artifacts })),
    },
    options,
  );
}

/**
 * {@link buildEvidence} of reports that are not held in memory: one chunk of one report at a time.
 * Rejects with what a stream rejects with. @throws {EvidenceError} as {@link buildEvidence}
 */
export async function buildEvidenceFromStreams(input: BuildEvidenceInput<ReportStream>, options: BuildEvidenceOptions): Promise<Statement> {
  const { sbom, junit, coverage, scan, vex, provenance } = input;
  const artifacts = digestsOf(input);
  return statementOfBuild(
    input,
    {
      sbom: await attemptStream(sbom, readSbomStream),
      tests: await attemptStream(junit, (files) => readJUnitStream(files, offsetOf(options))),
      coverage: await attemptStream(coverage, readLcovStream),
      scan: await attemptStream(scan ?? vex?.slice(0, 0), (files) => readScanStream(files, { vex, artifacts })),
      provenance: await attemptStream(provenance, (document) => readProvenanceStream(document, { artifacts })),
    },
    options,
  );
}

function digestsOf({ artifacts }: Pick<BuildEvidenceInput, 'artifacts'>): string[] {
  return Array.isArray(artifacts) ? (artifacts as readonly Artifact[]).map(({ sha256 }) => sha256) : [];
}

function offsetOf({ assumeOffset }: BuildEvidenceOptions): JUnitReaderOptions {
  return assumeOffset === undefined ? {} : { assumeOffset };
}
