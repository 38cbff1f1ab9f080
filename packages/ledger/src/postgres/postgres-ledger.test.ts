import { testDatabase } from '@promotable/services';
import { describe, it } from 'vitest';
import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '../postgres.ts';
import { ledgerConformance } from '../testing.ts';

ledgerConformance({ describe, it }, 'PostgreSQL', async () => {
  const { pool, drop } = await testDatabase({ migrations: [ledgerMigrations] });
  return { ledger: createPostgresLedger({ pool }), transactor: postgresTransactor(pool), close: drop };
});
