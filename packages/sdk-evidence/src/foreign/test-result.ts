// in-toto test-result v0.1 (https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md).
import { FaultList, quoted } from '../fault-list.ts';
import { textOf } from '../readers/scan-format.ts';
import type { ItemReading, SignedPredicate } from './item-reading.ts';

const results = ['PASSED', 'WARNED', 'FAILED'];

/**
 * Counts the tests that the lists name; one with a warning has passed. A result that counts no test proves nothing and is refused, but a
 * failed one fails all the same.
 * @throws {EvidenceError} `EVIDENCE_INVALID` with every fault, paths from the predicate
 */
export function readTestResult({ predicate, payloadDigest }: SignedPredicate): ItemReading {
  const faults = new FaultList();
  const { result } = predicate;
  if (!results.includes(result as string))
    faults.add('/result', 'invalid_value', `must be one of ${results.join(', ')}, not ${quoted(result)}`);
  if (!Array.isArray(predicate['configuration'])) faults.add('/configuration', 'required', 'must be a list');
  const [passed, warned, failed] = ['passedTests', 'warnedTests', 'failedTests'].map((name) => namesOf(predicate, name, faults)) as [
    string[],
    string[],
    string[],
  ];
  if (result !== 'FAILED' && failed.length > 0)
    faults.add('/result', 'contradiction', `is ${quoted(result)}, and ${failed.length} tests failed`);
  if (result === 'PASSED' && warned.length > 0)
    faults.add('/result', 'contradiction', `is "PASSED", and ${warned.length} tests gave a warning`);
  const errors = result === 'FAILED' && failed.length === 0 ? 1 : 0;
  const total = passed.length + warned.length + failed.length + errors;
  if (total === 0 && faults.isEmpty)
    faults.add('/passedTests', 'counts_no_test', 'names no test: a result that counts none proves nothing');
  faults.throwIfAny('EVIDENCE_INVALID', 'test result');
  return {
    item: 'tests',
    value: {
      format: 'in-toto-test-result',
      documentDigests: [payloadDigest],
      total,
      passed: passed.length + warned.length,
      failed: failed.length,
      errors,
      skipped: 0,
      durationMs: { absent: 'NOT_STATED' },
      failures: failed.map((name) => textOf(name) ?? 'a test without a name'),
    },
    samples: total,
    observed: null,
    runId: textOf(predicate['url']),
  };
}

function namesOf(predicate: SignedPredicate['predicate'], name: string, faults: FaultList): string[] {
  const value = predicate[name] ?? [];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  faults.add(`/${name}`, 'invalid_type', 'must be a list of names');
  return [];
}
