// A thousand damaged copies of the fixtures for each reader: a reading that proves something, or the coded error, and nothing else.
import { CoverageValue, ProvenanceValue, SbomValue, ScanValue, TestsValue } from '@promotable/contracts';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { EvidenceError } from '../evidence-error.ts';
import { readJUnit, readJUnitStream } from './junit.ts';
import { readLcov, readLcovStream } from './lcov.ts';
import { mutatedCopies } from './mutated-bytes.ts';
import { readProvenance, readProvenanceStream } from './provenance.ts';
import type { ReportDocument, ReportStream } from './report-document.ts';
import { readSbom, readSbomStream } from './sbom.ts';
import { readScan, readScanStream } from './scan.ts';

const perReader = 1000;
const bytesOf = (name: string) => readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url));
const scanned = { name: 'grype.json', bytes: bytesOf('grype-0.120.json') };
const streamed = (bytes: Uint8Array): ReportStream => ({
  name: 'x',
  stream: Readable.from([bytes.subarray(0, bytes.length / 3), bytes.subarray(bytes.length / 3)]),
});

interface Reader {
  readonly read: (document: ReportDocument) => { readonly value: unknown };
  readonly readStream: (report: ReportStream) => Promise<{ readonly value: unknown }>;
  readonly schema: z.ZodType;
}
const sbom: Reader = { read: readSbom, readStream: readSbomStream, schema: SbomValue };
const junit: Reader = { read: (file) => readJUnit([file]), readStream: (file) => readJUnitStream([file]), schema: TestsValue };
const lcov: Reader = { read: (file) => readLcov([file]), readStream: (file) => readLcovStream([file]), schema: CoverageValue };
const scan: Reader = { read: (file) => readScan([file]), readStream: (file) => readScanStream([file]), schema: ScanValue };
const provenance: Reader = { read: readProvenance, readStream: readProvenanceStream, schema: ProvenanceValue };
const vex: Reader = {
  read: (file) => readScan([scanned], { vex: [file] }),
  readStream: (file) => readScanStream([streamed(scanned.bytes)], { vex: [file] }),
  schema: ScanValue,
};

const readers: readonly [string, Reader, readonly string[]][] = [
  ['CycloneDX', sbom, ['npm-11.cdx.json', 'pnpm-12.cdx.json', 'syft.cdx.json']],
  ['SPDX', sbom, ['npm-11.spdx.json', 'pnpm-12.spdx.json']],
  ['Syft JSON', sbom, ['syft.json']],
  [
    'JUnit XML',
    junit,
    ['node-24.junit.xml', 'pytest-9.junit.xml', 'surefire-3-rerun.junit.xml', 'gotestsum-1.junit.xml', 'vitest-5.junit.xml'],
  ],
  ['LCOV', lcov, ['node-24.lcov.info', 'vitest-5.lcov.info']],
  ['Grype JSON', scan, ['grype-0.120.json']],
  ['Trivy JSON', scan, ['trivy-0.68.json']],
  ['SARIF', scan, ['grype-0.120.sarif.json']],
  ['OpenVEX', vex, ['shop.openvex.json']],
  ['SLSA provenance', provenance, ['github.provenance.json', 'github.provenance.sigstore.json']],
];

/** What is left of a reading for a policy to be satisfied with; an SBOM without a component is one it refuses. */
function proves(value: unknown): boolean {
  const { components, total, lines, counts, builderId } = value as Record<string, unknown>;
  return [components, total, lines, counts, builderId].some((part) => part !== undefined && part !== '');
}

describe('damaged files', () => {
  it.each(readers)(
    '%s: a thousand of them give the coded error or a value of the schema, the same in memory and as a stream',
    async (name, reader, files) => {
      const outcomes = { read: 0, refused: 0 };
      for (const [index, file] of files.entries()) {
        const count = Math.ceil(perReader / files.length);
        let copy = 0;
        for (const bytes of mutatedCopies(bytesOf(file), { seed: name.length * 1000 + index, count })) {
          const told = outcomeOf(() => reader.read({ name: 'x', bytes }).value);
          outcomes[told.refused === null ? 'read' : 'refused']++;
          if (told.refused === null) {
            expect(reader.schema.safeParse(told.value).success, `copy ${copy} of ${file}`).toBe(true);
            expect(proves(told.value)).toBe(true);
          }
          // Every eighth, for each takes a stream of its own. A stream may meet a fault of syntax before one of encoding that lies behind it.
          if (copy++ % 8 === 0) {
            const streaming = await reader.readStream(streamed(bytes)).then(({ value }) => ({ value, refused: null }), refusal);
            expect([streaming.value, streaming.refused?.[0]], `copy ${copy} of ${file}`).toEqual([told.value, told.refused?.[0]]);
          }
        }
      }
      expect(outcomes.read + outcomes.refused).toBeGreaterThanOrEqual(perReader);
      expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(0);
    },
  );
});

function outcomeOf(read: () => unknown) {
  try {
    return { value: read(), refused: null };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown) {
  if (!(error instanceof EvidenceError)) throw error;
  return { value: null, refused: [error.code, ...error.faults.map(({ path, code }) => `${path} ${code}`)] };
}
