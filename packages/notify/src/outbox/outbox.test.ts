import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { notifyMigrations, postgresOutbox } from '../postgres.ts';
import { outboxConformance } from '../testing.ts';
import { transactorInMemory, transactorOf } from '../testing/transactors.ts';
import { memoryOutbox } from './memory-outbox.ts';

describe('in memory, an outbox', () => {
  for (const { title, run } of outboxConformance) it(title, () => run({ outbox: memoryOutbox(), transactor: transactorInMemory() }));
});

describe('in PostgreSQL, an outbox', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ migrations: [notifyMigrations] });
  });
  afterAll(() => database.drop());

  for (const { title, run } of outboxConformance)
    it(title, async () => {
      await database.pool.query('TRUNCATE notify.outbox');
      await run({ outbox: postgresOutbox(database.pool), transactor: transactorOf(database.pool) });
    });
});
