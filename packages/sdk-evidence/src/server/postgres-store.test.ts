import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase } from '@promotable/services';
import { describe, it } from 'vitest';
import { evidenceMigrations } from '../server-postgres.ts';
import { postgresEvidenceStore } from './postgres-store.ts';
import { evidenceStoreConformance } from './store-conformance.ts';

evidenceStoreConformance({ describe, it }, 'PostgreSQL', async () => {
  const { pool, drop } = await testDatabase({ migrations: [ledgerMigrations, evidenceMigrations] });
  return { store: postgresEvidenceStore(pool), ledger: createPostgresLedger({ pool }), transactor: postgresTransactor(pool), close: drop };
});
