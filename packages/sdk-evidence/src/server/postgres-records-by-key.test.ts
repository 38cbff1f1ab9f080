import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evidenceMigrations, postgresEvidenceStore, postgresRecordsByKey } from '../server-postgres.ts';
import { deskOf } from './conformance-desk.ts';
import type { KeyRecordsQuery } from './postgres-records-by-key.ts';
import * as sample from './sample-evidence.ts';

const { listedKey, startedAt, trustedKey } = sample;
let database: TestDatabase;
let older: string[];

beforeAll(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations, evidenceMigrations] });
  const { pool } = database;
  const desk = deskOf({
    ...{ store: postgresEvidenceStore(pool), ledger: createPostgresLedger({ pool }), transactor: postgresTransactor(pool) },
    close: async () => undefined,
  });
  desk.trust = () => sample.trustOf(trustedKey, listedKey);
  const publish = async (releaseId: string, attempt: number, key = trustedKey, tenant = 'acme') => {
    const predicate = sample.buildPredicate({ releaseId, run: { provider: 'ci', id: 'r', attempt } });
    const { receipt } = await desk.publish(await sample.sign(predicate, { key }), { releaseId }, { tenant });
    desk.clock.at += 1000;
    return receipt.statementDigest;
  };
  older = [await publish('older', 1), await publish('older', 2)];
  await publish('older', 3, listedKey);
  await publish('newer', 1);
  await publish('theirs', 1, trustedKey, 'globex');
});
afterAll(() => database.drop());

const signed = (changes: Partial<KeyRecordsQuery> = {}) =>
  postgresRecordsByKey(database.pool)({ tenant: 'acme', keyId: trustedKey.keyId, services: ['*'], limit: 10, ...changes });
const releases = async (changes?: Partial<KeyRecordsQuery>) => (await signed(changes)).map(({ releaseId }) => releaseId);

it('releases with evidence by a key are told with what it signed of each, the latest first', async () => {
  expect(await releases()).toEqual(['newer', 'older']);
  expect((await signed())[1]).toEqual({
    service: sample.service,
    releaseId: 'older',
    records: 2,
    lastReceivedAt: new Date(startedAt + 1000),
    statements: older.toSorted(),
  });
  expect(await releases({ keyId: listedKey.keyId })).toEqual(['older']);
  expect(await releases({ keyId: 'unknown' })).toEqual([]);
});

it('a caller sees its tenant and services alone, and so many', async () => {
  expect(await releases({ tenant: 'globex' })).toEqual(['theirs']);
  expect(await releases({ services: [sample.service] })).toEqual(['newer', 'older']);
  expect(await releases({ services: ['cart'] })).toEqual([]);
  expect(await releases({ limit: 1 })).toEqual(['newer']);
});

it('a database that is away is an outage of the store, to be asked again', async () => {
  const sql = { query: () => Promise.reject(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })) };
  const query = { tenant: 'acme', keyId: 'k', services: ['*'], limit: 1 };
  await expect(postgresRecordsByKey(sql)(query)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
});
