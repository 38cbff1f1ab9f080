// The least that begins a transaction. What ships uses the ledger's, which this package may not import.
import type { Transactor } from '@promotable/contracts';
import type pg from 'pg';

export function transactorInMemory(): Transactor {
  return {
    async transaction(work) {
      const effects: (() => void)[] = [];
      const result = await work({ sql: null, onCommit: (effect) => void effects.push(effect) });
      for (const effect of effects) effect();
      return result;
    },
  };
}

export function transactorOf(pool: pg.Pool): Transactor {
  return {
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work({ sql: client, onCommit: () => undefined });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
  };
}
