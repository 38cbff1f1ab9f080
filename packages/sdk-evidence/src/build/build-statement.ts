import type { Clock, Fault, Statement } from '@promotable/contracts';
import { EvidenceError, type EvidenceErrorCode } from '../evidence-error.ts';
import { FaultList } from '../fault-list.ts';
import type { TestsReading } from '../readers/junit.ts';
import type { CoverageReading } from '../readers/lcov.ts';
import type { ProvenanceReading } from '../readers/provenance.ts';
import { joinSpans, type ObservedSpan } from '../readers/report-time.ts';
import type { SbomReading } from '../readers/sbom.ts';
import type { ScanReading } from '../readers/scan.ts';
import { subjectsOf } from './artifact.ts';
import type { BuildEvidenceInput, BuildEvidenceOptions } from './build-input.ts';
import { finishStatement } from './finish-statement.ts';
import { readObserved, toInstants } from './observed.ts';
import type { Attempt } from './read-attempt.ts';

/** What the reports of a build said, by item. */
export interface BuildReadings {
  readonly sbom: Attempt<SbomReading>;
  readonly tests: Attempt<TestsReading>;
  readonly coverage: Attempt<CoverageReading>;
  readonly scan: Attempt<ScanReading>;
  readonly provenance: Attempt<ProvenanceReading>;
}

/** Where faults and warnings of an item are told. */
const paths = { sbom: '/sbom', tests: '/junit', coverage: '/coverage', scan: '/scan', provenance: '/provenance' } as const;
type Item = keyof typeof paths;
const items = Object.keys(paths) as Item[];

const hourMs = 3_600_000;

/** Longest time by which an item may be older than the newest report of the record: little beside the ages from which on policy holds. */
const maxLagMs: Readonly<Record<Item, number>> = {
  sbom: 168 * hourMs,
  tests: 168 * hourMs,
  coverage: 168 * hourMs,
  scan: hourMs,
  provenance: 168 * hourMs,
};

/** The Statement of what was read, or one error with every fault. @throws {EvidenceError} */
export function statementOfBuild(
  input: BuildEvidenceInput<unknown>,
  readings: BuildReadings,
  { clock, redaction, onWarning }: BuildEvidenceOptions,
): Statement {
  const faults = new FaultList();
  const codes = new Set<EvidenceErrorCode>();
  for (const item of items) {
    const { error, reading } = readings[item];
    for (const warning of reading?.warnings ?? []) onWarning?.({ ...warning, path: paths[item] + warning.path } satisfies Fault);
    if (error === null) continue;
    codes.add(error.code);
    faults.addAll(error.faults, paths[item]);
  }
  const readersFailed = !faults.isEmpty;

  const own = new FaultList();
  const subject = subjectsOf(input, own);
  const stated = input.observed === undefined ? null : readObserved(input.observed, '/observed', own);
  const reported = observedBy(readings, own);
  const observed = reported ?? stated ?? (readersFailed || input.observed !== undefined ? epoch : now(clock));
  // A record whose one report was refused is not at fault for saying nothing as well.
  const isWhole = readersFailed || !isPartial(input);
  const statement = finishStatement(subject, predicateOf(input, readings, observed, isWhole), own, redaction);

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

/**
 * The span of all reports that state a time. A record has one, and by its end the age of each item is measured and other records are
 * superseded: beside newer reports an old one would look fresh, and dated back to it new test results would lose to older ones.
 */
function observedBy(readings: BuildReadings, faults: FaultList): ObservedSpan | null {
  const spans = items.flatMap((item) => {
    const { reading } = readings[item];
    return reading !== null && 'observed' in reading && reading.observed !== null ? [{ item, ...reading.observed }] : [];
  });
  const whole = spans.reduce<ObservedSpan | null>(joinSpans, null);
  for (const { item, from, until } of spans) {
    // A scan may take hours and knows what was known at its end; no other report takes days, so one that begins so early holds an old file.
    const lagMs = (whole?.until ?? until) - (item === 'scan' ? until : from);
    if (lagMs <= maxLagMs[item]) continue;
    const message = `is ${inWords(lagMs)} older than the newest report beside it; build it as evidence of its own`;
    faults.add(paths[item], `${item}_of_another_time`, message);
  }
  return whole;
}

function inWords(ms: number): string {
  return ms < 48 * hourMs ? `${Math.floor(ms / 60_000)} minutes` : `${Math.floor(ms / (24 * hourMs))} days`;
}

function predicateOf(
  input: BuildEvidenceInput<unknown>,
  readings: BuildReadings,
  observed: ObservedSpan,
  isWhole: boolean,
): Record<string, unknown> {
  const { service, releaseId, run } = input;
  const [sbom, tests, coverage, scan, provenance] = items.map((item) => readings[item].reading?.value) as [
    SbomReading['value'] | undefined,
    TestsReading['value'] | undefined,
    CoverageReading['value'] | undefined,
    ScanReading['value'] | undefined,
    ProvenanceReading['value'] | undefined,
  ];
  return {
    service,
    releaseId,
    checkpoint: 'build',
    run: { provider: run.provider, id: run.id, attempt: run.attempt },
    observed: toInstants(observed),
    samples: {
      ...(sbom && { sbom: sbom.components }),
      ...(tests && { tests: tests.total }),
      ...(coverage && { coverage: coverage.lines.found }),
      ...(readings.scan.reading && { scan: readings.scan.reading.total }),
    },
    values: {
      ...(isWhole && { sbom: { absent: 'SBOM_ABSENT' }, tests: { absent: 'TESTS_ABSENT' } }),
      ...(sbom && { sbom }),
      ...(tests && { tests }),
      ...(coverage && { coverage }),
      ...(scan && { scan }),
      ...(provenance && { provenance }),
    },
  };
}

function isPartial({ partial, sbom, junit, coverage, scan, provenance }: BuildEvidenceInput<unknown>): boolean {
  const isGiven = (report: unknown) => report !== undefined;
  return partial ?? (![sbom, junit].some(isGiven) && [coverage, scan, provenance].some(isGiven));
}
