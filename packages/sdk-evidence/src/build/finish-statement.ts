import { canonicalize } from '@promotable/attest';
import { isCodedError, predicateTypes, type Statement, statementType, type StatementSubject } from '@promotable/contracts';
import type { FaultList } from '../fault-list.ts';
import { holdsSecret } from '../redact/redact-text.ts';
import { type RedactionOptions, redactValue } from '../redact/redact-value.ts';
import { predicateFaults } from './predicate-faults.ts';

const maxFailures = 20;
const maxFailureLength = 256;

/** Fields that say what the evidence is about. Changing one would make it evidence of something else, so a secret there is refused. */
const identityFields = ['service', 'releaseId', 'environment', 'podTemplateHash'] as const;

/**
 * The last step of every builder: redact, cut, validate. Everything wrong is added to `faults`, paths from the statement's root,
 * and null is answered then.
 */
export function finishStatement(
  subject: readonly StatementSubject[],
  predicate: Readonly<Record<string, unknown>>,
  faults: FaultList,
  redaction: RedactionOptions = {},
): Statement | null {
  for (const field of identityFields) {
    const value = predicate[field];
    if (typeof value === 'string' && holdsSecret(value))
      faults.add(`/predicate/${field}`, 'secret_in_identity', 'looks like a secret; it identifies the release and cannot be redacted');
  }
  const clean = redactValue({ subject: [...subject], predicate }, redaction);
  for (const { path, rule } of clean.redactions) {
    if (identityFields.some((field) => path === `/predicate/${field}`) && redaction.rules?.paths.some((named) => named.rule === rule))
      faults.add(path, 'redacts_identity', `the rule ${rule} would redact it; it identifies the release`);
  }
  // The 21st failure and what was cut from a name are not in the statement, so neither are their redactions; the cut must come after the scan.
  const cut = cutFailures(clean.value.predicate);
  const redactions = clean.redactions.filter(
    ({ path }) => Number(/^\/predicate\/values\/tests\/failures\/(\d+)$/.exec(path)?.[1] ?? 0) < maxFailures,
  );
  const statement: Statement = {
    _type: statementType,
    subject: clean.value.subject,
    predicateType: predicateTypes.evidence,
    predicate: { ...cut, redactions },
  };
  faults.addAll(predicateFaults(statement.predicate), '/predicate');
  addUnwritable(statement, faults);
  return faults.isEmpty ? statement : null;
}

function cutFailures(predicate: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { values } = predicate as { values?: { tests?: { failures?: readonly string[] } } };
  if (values?.tests?.failures === undefined) return { ...predicate };
  const failures = values.tests.failures
    .slice(0, maxFailures)
    .map((name) => (name.length > maxFailureLength ? `${name.slice(0, maxFailureLength - 1)}…` : name).toWellFormed());
  return { ...predicate, values: { ...values, tests: { ...values.tests, failures } } };
}

/** What JSON cannot say, such as a lone surrogate in a name. */
function addUnwritable(statement: object, faults: FaultList): void {
  try {
    canonicalize(statement);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    faults.addAll(error.faults);
  }
}
