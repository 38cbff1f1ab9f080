import { z } from 'zod';
import { Absent } from './absent.ts';
import { Count, Quantity, Sha256Hex } from './primitives.ts';

/**
 * Software bill of materials: a count and digests; names of components stay in the document itself. Of whatever came as an attestation the
 * signed payload is the document.
 */
export const SbomValue = z.strictObject({
  format: z.enum(['cyclonedx', 'spdx', 'syft']),
  specVersion: z.string().min(1).max(16),
  /** sha256 of the document's bytes. */
  documentDigest: Sha256Hex,
  /** sha256 of RFC 8785 of the sorted, distinct component coordinates (purl, else group/name@version). */
  componentsDigest: Sha256Hex,
  components: Count,
});

/** Result of the test reports of one run; `total` = passed + failed + errors + skipped and is never 0. */
export const TestsValue = z
  .strictObject({
    format: z.enum(['junit', 'in-toto-test-result']),
    documentDigests: z.array(Sha256Hex).min(1).max(256),
    total: Count.min(1, 'a report that counts no test proves nothing'),
    passed: Count,
    failed: Count,
    errors: Count,
    skipped: Count,
    durationMs: z.union([Quantity, Absent(['NOT_STATED'])]),
    /** Names of failed tests, at most 20, after redaction. */
    failures: z.array(z.string().min(1).max(256)).max(20),
  })
  .refine((value) => value.total === value.passed + value.failed + value.errors + value.skipped, {
    path: ['total'],
    message: 'must equal passed + failed + errors + skipped',
  });

/** How many there are and how many the tests went through. */
export const CoverageCount = z
  .strictObject({ found: Count, hit: Count })
  .refine(({ found, hit }) => hit <= found, { path: ['hit'], message: 'must not be more than found' });

/** Coverage of the tests of one run, summed over the reports; a report without one line to cover is no coverage. */
export const CoverageValue = z.strictObject({
  format: z.literal('lcov'),
  documentDigests: z.array(Sha256Hex).min(1).max(256),
  lines: CoverageCount.refine(({ found }) => found > 0, { path: ['found'], message: 'a report that counts no line proves nothing' }),
  functions: z.union([CoverageCount, Absent(['NOT_MEASURED'])]),
  branches: z.union([CoverageCount, Absent(['NOT_MEASURED'])]),
});

/** Who built the artifact, how and from what, as SLSA provenance v1 states it. */
export const ProvenanceValue = z.strictObject({
  format: z.literal('slsa-provenance-v1'),
  documentDigest: Sha256Hex,
  /** `runDetails.builder.id`. */
  builderId: z.string().min(1).max(512),
  /** `buildDefinition.buildType`. */
  buildType: z.string().min(1).max(512),
  sourceUri: z.union([z.string().min(1).max(512), Absent(['NOT_STATED'])]),
  /** `<algorithm>:<hex>` of the source, e.g. `gitCommit:…`. */
  sourceDigest: z.union([z.string().min(1).max(256), Absent(['NOT_STATED'])]),
});

export type SbomValue = z.infer<typeof SbomValue>;
export type TestsValue = z.infer<typeof TestsValue>;
export type CoverageValue = z.infer<typeof CoverageValue>;
export type ProvenanceValue = z.infer<typeof ProvenanceValue>;
