import { memoryTransactor } from '@promotable/ledger';
import { postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterEach, describe, it } from 'vitest';
import { gateMigrations, postgresGateStore } from '../postgres.ts';
import { gateStoreConformance } from '../testing.ts';
import { memoryGateStore } from './memory-gate-store.ts';

describe('the gate store in memory', () => {
  it.each(gateStoreConformance)('$title', ({ run }) => run({ store: memoryGateStore(), transactor: memoryTransactor() }));
});

describe('the gate store in PostgreSQL', () => {
  let database: TestDatabase;
  afterEach(() => database.drop());

  it.each(gateStoreConformance)('$title', async ({ run }) => {
    database = await testDatabase({ migrations: [gateMigrations] });
    await run({ store: postgresGateStore(database.pool), transactor: postgresTransactor(database.pool) });
  });
});
