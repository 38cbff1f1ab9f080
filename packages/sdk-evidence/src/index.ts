export { EvidenceError } from './evidence-error.ts';
// Read reports
export { readCycloneDx, readSbom, readSbomStream } from './readers/sbom.ts';
export { readJUnit, readJUnitStream } from './readers/junit.ts';
export { readLcov, readLcovStream } from './readers/lcov.ts';
export { readScan, readScanStream } from './readers/scan.ts';
export { readProvenance, readProvenanceStream } from './readers/provenance.ts';
export { reportFile } from './readers/report-document.ts';
export { reportDigest } from './readers/report-reader.ts';
export { readCost } from './readers/cost.ts';
// Compare
export { diffSboms, diffSbomStreams } from './diff/sbom-diff.ts';
// Build, redact, sign
export { buildEvidence, buildEvidenceFromStreams } from './build/build-evidence.ts';
export { buildStageEvidence } from './build/build-stage-evidence.ts';
export { redactText } from './redact/redact-text.ts';
export { parseAuditorKey, parseRedactionRules, RedactionRules } from './redact/redaction-rules.ts';
export { verifyRedaction } from './redact/verify-redaction.ts';
export { signEvidence, writeSigned } from './build/write-signed.ts';
export { parseSigned } from './build/signed-evidence.ts';
export { attestedEvidence } from './foreign/attested-evidence.ts';
export { foreignPredicateTypes } from './foreign/foreign-types.ts';
// Which release
export { discoverReleaseId } from './release-id/discover-release-id.ts';
// Publish
export { createPublisher } from './publish/publisher.ts';
export { tokenFromEnv, tokenFromFile } from './publish/token-source.ts';
export { createEvidenceEvents } from './publish/events.ts';
export { evidenceMetrics } from './publish/metrics.ts';
export { EvidenceReceipt } from './publish/receipt.ts';

export type { EvidenceErrorCode } from './evidence-error.ts';
export type { ReportDocument, ReportStream } from './readers/report-document.ts';
export type { SbomReaderOptions, SbomReading } from './readers/sbom.ts';
export type { JUnitReaderOptions, TestsReading } from './readers/junit.ts';
export type { CoverageReaderOptions, CoverageReading } from './readers/lcov.ts';
export type { ScanReaderOptions, ScanReading } from './readers/scan.ts';
export type { ProvenanceReaderOptions, ProvenanceReading } from './readers/provenance.ts';
export type { ChangedComponent, ComparedSbom, SbomDiff } from './diff/sbom-diff.ts';
export type { ComparedComponent } from './diff/component-set.ts';
export type { ObservedSpan } from './readers/report-time.ts';
export type { DiscoveredReleaseId, ReleaseIdSources } from './release-id/discover-release-id.ts';
export type { RedactedText } from './redact/redact-text.ts';
export type { Redaction, RedactionOptions } from './redact/redact-value.ts';
export type { ProvenRedaction, RedactionClaim } from './redact/verify-redaction.ts';
export type { Artifact } from './build/artifact.ts';
export type { ObservedInput } from './build/observed.ts';
export type { BuildEvidenceInput, BuildEvidenceOptions } from './build/build-input.ts';
export type { StageEvidenceInput } from './build/build-stage-evidence.ts';
export type { WriteSignedOptions } from './build/write-signed.ts';
export type { SignedEvidence } from './build/signed-evidence.ts';
export type { AttestedEvidence, AttestedRelease } from './foreign/attested-evidence.ts';
export type { Publishable } from './publish/publishable.ts';
export type { TokenSource } from './publish/token-source.ts';
export type { Published, Publisher, PublisherOptions, PublishOptions } from './publish/publisher.ts';
export type { ResilienceOptions } from './publish/resilience.ts';
export type { EvidenceEvent, EvidenceEvents, EvidenceListener, EvidenceUnderWay } from './publish/events.ts';
export type { MetricOptions, MetricRegistry } from './publish/metrics.ts';
