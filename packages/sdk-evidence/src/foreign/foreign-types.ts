// Which predicates of others are understood. Reading them is apart: whoever only sends them on needs no reader.
import { faulty } from '../fault-list.ts';

/** Predicate types that are understood, exactly as they are spelled: cosign and GitHub write SPDX with and without its version. */
export const foreignPredicateTypes = [
  'https://slsa.dev/provenance/v1',
  'https://cyclonedx.org/bom',
  'https://spdx.dev/Document',
  'https://spdx.dev/Document/v2.3',
  'https://in-toto.io/attestation/test-result/v0.1',
  'https://in-toto.io/attestation/vulns/v0.2',
] as const;

export type ForeignPredicateType = (typeof foreignPredicateTypes)[number];

/** @throws {EvidenceError} `PREDICATE_UNKNOWN` with the types that are known */
export function requireKnown(predicateType: string): ForeignPredicateType {
  const known = foreignPredicateTypes.find((type) => type === predicateType);
  if (known !== undefined) return known;
  const message = `must be one of ${foreignPredicateTypes.join(', ')}; it is ${JSON.stringify(predicateType.slice(0, 200))}`;
  throw faulty('PREDICATE_UNKNOWN', 'attestation', [{ path: '/attestation/statement/predicateType', code: 'unknown_predicate', message }]);
}
