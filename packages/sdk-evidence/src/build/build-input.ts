import type { Clock, EvidenceRun, Fault } from '@promotable/contracts';
import type { JUnitReaderOptions } from '../readers/junit.ts';
import type { ReportDocument } from '../readers/report-document.ts';
import type { RedactionOptions } from '../redact/redact-value.ts';
import type { Artifact } from './artifact.ts';
import type { ObservedInput } from './observed.ts';

/** A release and the reports of its build, in memory; with `ReportStream` for `Report`, reports that are read as they come. */
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
