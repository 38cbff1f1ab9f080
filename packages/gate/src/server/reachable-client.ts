import type { SqlClient } from '@promotable/contracts';
import { isConnectionError } from '@promotable/ledger/postgres';
import { GateError } from '../gate-error.ts';

/**
 * A client whose queries tell a database that is away, so that a caller may come again, from a fault of ours.
 * Its queries throw {@link GateError} `STORE_UNAVAILABLE` (503, retryable) for the former, and anything else as it is.
 */
export function reachableClient(client: SqlClient): SqlClient {
  return {
    async query<Row extends object>(text: string, values?: unknown[]) {
      try {
        return await client.query<Row>(text, values);
      } catch (cause) {
        if (!isConnectionError(cause)) throw cause;
        throw new GateError('STORE_UNAVAILABLE', 'the database cannot be reached; try again', { cause, retryable: true, status: 503 });
      }
    },
  };
}
