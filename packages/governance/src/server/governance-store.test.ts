import { memoryTransactor } from '@promotable/ledger';
import { ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { governanceMigrations, postgresGovernanceStore } from '../postgres.ts';
import { memoryGovernanceStore } from '../server.ts';
import { governanceStoreConformance } from '../testing.ts';

describe('in memory, a governance store', () => {
  for (const { title, run } of governanceStoreConformance)
    it(title, () => run({ store: memoryGovernanceStore(), transactor: memoryTransactor() }));
});

describe('in PostgreSQL, a governance store', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ migrations: [ledgerMigrations, governanceMigrations] });
  });
  afterAll(() => database.drop());

  for (const { title, run } of governanceStoreConformance)
    it(title, async () => {
      await database.pool.query('TRUNCATE governance.exceptions CASCADE');
      await run({ store: postgresGovernanceStore(database.pool), transactor: postgresTransactor(database.pool) });
    });
});
