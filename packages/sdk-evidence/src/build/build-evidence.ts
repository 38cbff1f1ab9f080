import type { Clock, EvidenceRun, SbomValue, Statement, TestsValue } from '@promotable/contracts';
import { EvidenceError, type EvidenceErrorCode } from '../evidence-error.ts';
import { FaultList } from '../fault-list.ts';
import { readCycloneDx } from '../readers/cyclonedx.ts';
import { readJUnit, type JUnitReaderOptions } from '../readers/junit.ts';
import type { ReportDocument } from '../readers/report-document.ts';
import { joinSpans, type ObservedSpan } from '../readers/report-time.ts';
import { subjectsOf, type Artifact } from './artifact.ts';
import type { RedactionOptions } from '../redact/redact-value.ts';
import { finishStatement } from './finish-statement.ts';
import { readObserved, toInstants, type ObservedInput } from './observed.ts';

/** A release and the reports of its build. */
export interface BuildEvidenceInput {
  readonly service: string;
  readonly releaseId: string;
  /** What was built; at least one, unless `tenant` is given. @default none */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** Whose release it is; where there is no artifact to name (functions, SaaS), the record is bound to the release itself. @default none */
  readonly tenant?: string | undefined;
  /** CycloneDX JSON. @default none: recorded as `{absent: 'SBOM_ABSENT'}` */
  readonly sbom?: ReportDocument | undefined;
  /** JUnit XML files of one run. @default none: recorded as `{absent: 'TESTS_ABSENT'}` */
  readonly junit?: readonly ReportDocument[] | undefined;
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
}

/**
 * Makes the Statement of build evidence: reports read, counted, redacted. Deterministic: the same inputs give the same bytes.
 * @throws {EvidenceError} every fault in one: the reader's code (`REPORT_UNREADABLE`, `REPORT_EMPTY`, `REPORT_TOO_LARGE`) when the
 * reports alone are at fault in one way, else `EVIDENCE_INVALID`
 */
export function buildEvidence(input: BuildEvidenceInput, { clock, assumeOffset, redaction }: BuildEvidenceOptions): Statement {
  const faults = new FaultList();
  const codes = new Set<EvidenceErrorCode>();
  const read = <Reading>(path: string, reader: () => Reading): Reading | null => {
    try {
      return reader();
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      codes.add(error.code);
      faults.addAll(error.faults, path);
      return null;
    }
  };
  const { sbom: sbomDocument, junit } = input;
  const sbom = sbomDocument === undefined ? null : read('/sbom', () => readCycloneDx(sbomDocument));
  const tests = junit === undefined ? null : read('/junit', () => readJUnit(junit, assumeOffset === undefined ? {} : { assumeOffset }));
  const readersFailed = !faults.isEmpty;

  const own = new FaultList();
  const subject = subjectsOf(input, own);
  const stated = input.observed === undefined ? null : readObserved(input.observed, '/observed', own);
  const reported = joinSpans(sbom?.observed ?? null, tests?.observed ?? null);
  const statement = finishStatement(
    subject,
    predicateOf(
      input,
      sbom?.value,
      tests?.value,
      reported ?? stated ?? (readersFailed || input.observed !== undefined ? epoch : now(clock)),
    ),
    own,
    redaction,
  );

  faults.addAll(own.toArray());
  const [code] = codes;
  faults.throwIfAny(own.isEmpty && codes.size === 1 && code !== undefined ? code : 'EVIDENCE_INVALID', 'evidence');
  if (statement === null) throw new EvidenceError('EVIDENCE_INVALID', 'evidence could not be built');
  return statement;
}

/** Stands in while the inputs are at fault anyway, so that the rest can be checked too. */
const epoch: ObservedSpan = { from: 0, until: 0 };

function now(clock: Pick<Clock, 'now'>): ObservedSpan {
  const at = clock.now();
  return { from: at, until: at };
}

function predicateOf(
  { service, releaseId, run }: BuildEvidenceInput,
  sbom: SbomValue | undefined,
  tests: TestsValue | undefined,
  observed: ObservedSpan,
) {
  return {
    service,
    releaseId,
    checkpoint: 'build',
    run: { provider: run.provider, id: run.id, attempt: run.attempt },
    observed: toInstants(observed),
    samples: { ...(sbom && { sbom: sbom.components }), ...(tests && { tests: tests.total }) },
    values: { sbom: sbom ?? { absent: 'SBOM_ABSENT' }, tests: tests ?? { absent: 'TESTS_ABSENT' } },
  };
}
