import { type Statement, statementType } from '@promotable/contracts';
import { AttestError } from '../attest-error.ts';
import { ownPrefix, parseStatement, statementOf } from '../statement.ts';
import { parseStrictJson } from '../strict-json.ts';

/** What `cosign attest-blob --predicate` still writes; of the same shape as v1. */
const olderType = 'https://in-toto.io/Statement/v0.1';

/** An in-toto Statement as it was signed: of v1, or of v0.1. */
export interface ForeignStatement extends Pick<Statement, 'subject' | 'predicateType' | 'predicate'> {
  readonly _type: Statement['_type'] | typeof olderType;
}

/**
 * Reads the Statement of verified payload bytes. Ours are of v1 and canonical, whoever signed them.
 * @throws {AttestError} `JSON_INVALID`, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`
 */
export function foreignStatementOf(payload: Uint8Array): ForeignStatement {
  const value = parseStrictJson(payload);
  if (!isOlder(value)) return statementOf(payload);
  const statement = parseStatement({ ...value, _type: statementType });
  if (statement.predicateType.startsWith(ownPrefix))
    throw new AttestError('STATEMENT_INVALID', `a statement of ${statement.predicateType} must be of type ${statementType}`, {
      faults: [{ path: '/_type', code: 'invalid_value', message: `must be ${statementType}` }],
      status: 400,
    });
  return { ...statement, _type: olderType };
}

function isOlder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && '_type' in value && value._type === olderType;
}
