// Predicates of others, and as which item each counts.
import { statementType } from '@promotable/contracts';
import { faulty } from '../fault-list.ts';
import { readProvenance } from '../readers/provenance.ts';
import { readSbom } from '../readers/sbom.ts';
import { fieldsOf, textOf } from '../readers/scan-format.ts';
import type { ForeignPredicateType } from './foreign-types.ts';
import type { ItemReading, SignedPredicate } from './item-reading.ts';
import { readTestResult } from './test-result.ts';
import { readVulns } from './vulns.ts';

const slsaProvenance = 'https://slsa.dev/provenance/v1';

/** @throws {EvidenceError} with every fault, paths from the predicate */
type ReadPredicate = (signed: SignedPredicate) => ItemReading;

/** By predicate type. */
export const foreignReaders: Readonly<Record<ForeignPredicateType, ReadPredicate>> = {
  [slsaProvenance]: provenance,
  'https://cyclonedx.org/bom': (signed) => sbom(signed, 'cyclonedx'),
  'https://spdx.dev/Document': (signed) => sbom(signed, 'spdx'),
  'https://spdx.dev/Document/v2.3': (signed) => sbom(signed, 'spdx'),
  'https://in-toto.io/attestation/test-result/v0.1': readTestResult,
  'https://in-toto.io/attestation/vulns/v0.2': readVulns,
};

function provenance({ predicate, payloadDigest }: SignedPredicate): ItemReading {
  const statement = { _type: statementType, predicateType: slsaProvenance, predicate };
  const { value, observed } = readProvenance(documentOf(statement));
  const { metadata } = fieldsOf(predicate['runDetails']);
  return {
    item: 'provenance',
    value: { ...value, documentDigest: payloadDigest },
    samples: null,
    observed,
    runId: textOf(fieldsOf(metadata)['invocationId']),
  };
}

function sbom({ predicate, payloadDigest }: SignedPredicate, format: 'cyclonedx' | 'spdx'): ItemReading {
  const { value, observed } = readSbom(documentOf(predicate));
  if (value.format !== format)
    throw faulty('EVIDENCE_INVALID', 'attestation', [
      { path: '', code: 'wrong_format', message: `must be a document of ${format}, not of ${value.format}` },
    ]);
  return { item: 'sbom', value: { ...value, documentDigest: payloadDigest }, samples: value.components, observed, runId: null };
}

function documentOf(value: object) {
  return { name: 'attestation', bytes: Buffer.from(JSON.stringify(value)) };
}
