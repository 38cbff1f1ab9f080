// From bytes to an in-toto Statement: only after the bytes are verified, and only one reading of them.
import { faultsOf, guardOf, Statement } from '@promotable/contracts';
import { AttestError, invalidInput } from './attest-error.ts';
import { canonicalBytes } from './canonical-json.ts';
import { parseCanonicalJson, parseStrictJson } from './strict-json.ts';

/** Statements of these predicate types are ours. */
export const ownPrefix = 'https://promotable.dev/';

const isStatement = guardOf(Statement);

/**
 * Checks a Statement v1: known `_type`, at least one subject, a SHA-256 digest for each, a predicate.
 * @throws {AttestError} `STATEMENT_INVALID` with every fault
 */
export function parseStatement(value: unknown): Statement {
  if (isStatement(value)) return value;
  const parsed = Statement.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput('STATEMENT_INVALID', 'not an in-toto Statement:', faultsOf(parsed.error));
}

/**
 * Reads the Statement of verified payload bytes. Statements of our own predicate types exist in RFC 8785 form only.
 * @throws {AttestError} `JSON_INVALID`, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`
 */
export function statementOf(payload: Uint8Array): Statement {
  const canonical = parseCanonicalJson(payload);
  if (canonical !== undefined) return parseStatement(canonical);
  const value = parseStrictJson(payload);
  const statement = parseStatement(value);
  if (statement.predicateType.startsWith(ownPrefix) && Buffer.compare(canonicalBytes(value), payload) !== 0) {
    throw new AttestError('PAYLOAD_NOT_CANONICAL', `a statement of ${statement.predicateType} must be in RFC 8785 form`, { status: 400 });
  }
  return statement;
}
