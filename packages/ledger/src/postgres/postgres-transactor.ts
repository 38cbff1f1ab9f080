import type { Transaction, Transactor } from '@promotable/contracts';
import { runEffects } from '../commit-effects.ts';
import { LedgerError } from '../ledger-error.ts';
import type { SqlPool, SqlPoolClient } from './pool.ts';
import { isConnectionError, storeError } from './store-error.ts';

/**
 * Units of work on one connection each: `BEGIN`, work, `COMMIT`, then the effects; `ROLLBACK` and rethrow when the work rejects.
 * Connection errors come out as `STORE_UNAVAILABLE` (during `COMMIT` the outcome is unknown: retry with the same idempotency key).
 * Work that hides a failed statement ends in `TRANSACTION_ABORTED`: PostgreSQL answers such a `COMMIT` with a rollback and no error.
 */
export function postgresTransactor(pool: SqlPool): Transactor {
  return {
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw storeError(error);
      });
      const broken = { value: false };
      // A checked-out client without listener would end the process when its connection breaks between two statements.
      const onError = () => {
        broken.value = true;
      };
      client.on('error', onError);
      const effects: (() => void)[] = [];
      try {
        const result = await run(client, work, effects);
        runEffects(effects);
        return result;
      } catch (error) {
        broken.value ||= isConnectionError(error) || !(await rolledBack(client));
        throw storeError(error);
      } finally {
        client.off('error', onError);
        client.release(broken.value);
      }
    },
  };
}

async function run<T>(client: SqlPoolClient, work: (tx: Transaction) => Promise<T>, effects: (() => void)[]): Promise<T> {
  await client.query('BEGIN');
  const result = await work({ sql: client, onCommit: (effect) => void effects.push(effect) });
  const answer = (await client.query('COMMIT')) as { command?: string };
  if (answer.command !== 'COMMIT')
    throw new LedgerError('TRANSACTION_ABORTED', 'the database had given up the transaction; nothing was stored', {
      retryable: true,
      status: 503,
    });
  return result;
}

/** Harmless after a commit. */
async function rolledBack(client: SqlPoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}
