import type { SqlClient } from '@promotable/contracts';
import { isConnectionError } from '@promotable/ledger/postgres';
import { GovernanceError } from '../governance-error.ts';

/** A client whose queries throw `STORE_UNAVAILABLE` (503, retryable) for a database that is away, and anything else as it is. */
export function reachableClient(client: SqlClient): SqlClient {
  return {
    async query<Row extends object>(text: string, values?: unknown[]) {
      try {
        return await client.query<Row>(text, values);
      } catch (cause) {
        if (!isConnectionError(cause)) throw cause;
        throw new GovernanceError('STORE_UNAVAILABLE', 'the database cannot be reached; try again', {
          cause,
          retryable: true,
          status: 503,
        });
      }
    },
  };
}
