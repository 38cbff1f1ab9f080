import { isCodedError } from '@promotable/contracts';
import { LedgerError } from '../ledger-error.ts';

/** SQLSTATE of a server that is going down or starting, of too many connections, and class 08 (connection exception). */
const connectionStates = /^(57P0[1-5]|53300|08...)$/;
const socketCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
/** `pg` gives these no code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** True when the connection, not the statement, is at fault. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || isCodedError(error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? connectionStates.test(code) || socketCodes.has(code) : driverMessages.test(error.message);
}

/** Connection errors as `STORE_UNAVAILABLE`, retryable, HTTP 503; anything else as it is. */
export function storeError(error: unknown): unknown {
  if (!isConnectionError(error)) return error;
  return new LedgerError('STORE_UNAVAILABLE', 'the database cannot be reached', { cause: error, retryable: true, status: 503 });
}
