import type { Statement } from '@promotable/contracts';
import { type JUnitReaderOptions, readJUnit, readJUnitStream } from '../readers/junit.ts';
import { readLcov, readLcovStream } from '../readers/lcov.ts';
import { readProvenance, readProvenanceStream } from '../readers/provenance.ts';
import type { ReportStream } from '../readers/report-document.ts';
import { readSbom, readSbomStream } from '../readers/sbom.ts';
import { readScan, readScanStream } from '../readers/scan.ts';
import type { Artifact } from './artifact.ts';
import type { BuildEvidenceInput, BuildEvidenceOptions } from './build-input.ts';
import { statementOfBuild } from './build-statement.ts';
import { attempt, attemptStream } from './read-attempt.ts';

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
