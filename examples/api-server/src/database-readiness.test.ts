import { ledgerMigrations } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseReadiness, skew } from './database-readiness.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations] });
});

afterAll(() => database.drop());

function check(name: string, aheadMs = 0): Promise<void> {
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => 0 };
  const found = databaseReadiness(database.pool, [ledgerMigrations], clock).find((candidate) => candidate.name === name);
  return found?.check(AbortSignal.timeout(2000)) ?? Promise.reject(new Error(`no check ${name}`));
}

describe('readiness of the database', () => {
  it('is given with equal clocks and every migration', async () => {
    await check('postgres');
    await check('schema');
  });

  it('is not given where the clocks differ by more than a second, in either direction', async () => {
    for (const ahead of [5000, -5000]) await expect(check('postgres', ahead)).rejects.toMatchObject({ code: 'CLOCK_SKEWED' });
  });

  it('is not given where a migration of this version has not run', async () => {
    await database.pool.query('DELETE FROM ledger.schema_migrations');
    await expect(check('schema')).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED', message: expect.stringContaining('0001_ledger') });
  });

  it('does not blame the time of the round trip on the clocks', () => {
    expect([skew(150, 100, 200), skew(90, 100, 200), skew(215, 100, 200), skew(Number.NaN, 100, 200)]).toEqual([0, 10, 15, Number.NaN]);
  });
});
