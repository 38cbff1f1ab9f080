import { postgresTransactor } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gateMigrations, postgresDecisionsByKey, postgresGateStore } from '../postgres.ts';
import type { ResolvedQuestion } from '../gate-question.ts';
import { entry, policy, question, record } from '../testing/decision-samples.ts';
import type { KeyDecisionsQuery } from './postgres-decisions-by-key.ts';

const evidence = 'c'.repeat(64);
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ migrations: [gateMigrations] });
  const store = postgresGateStore(database.pool);
  await store.keepPolicy(policy);
  const decide = async (revision: number, asked: Partial<ResolvedQuestion>, keyId: string, statements: string[] = []) => {
    const made = entry(revision, { asked });
    const publicKey = { hint: keyId };
    const item = {
      ...made,
      decision: { ...made.decision, evidence: statements },
      bundle: { ...made.bundle, verificationMaterial: { publicKey } },
    };
    expect(await record({ store, transactor: postgresTransactor(database.pool) }, item)).toBe(true);
  };
  await decide(1, {}, 'stolen');
  // Decided again with another key: what the stolen one signed moves nothing any more.
  await decide(1, { releaseId: 'B' }, 'stolen');
  await decide(2, { releaseId: 'B' }, 'good');
  await decide(1, { releaseId: 'B', stage: '50' }, 'good', ['d'.repeat(64), evidence]);
  await decide(1, { service: 'cart' }, 'stolen', [evidence]);
  await decide(1, { releaseId: 'C', shadow: true }, 'stolen');
  await decide(1, { tenant: 'globex' }, 'stolen', [evidence]);
});
afterAll(() => database.drop());

async function resting(changes: Partial<KeyDecisionsQuery> = {}) {
  const query = { tenant: 'acme', keyId: 'stolen', statements: [evidence], services: ['*'], limit: 10, ...changes };
  const found = await postgresDecisionsByKey(database.pool)(query);
  return found.map(({ service, releaseId, stage, signed }) => `${service} ${releaseId} ${stage} ${signed ? 'signed' : 'by its evidence'}`);
}

it('the last decision of each stage rests on a key that signed it or evidence of it, the latest first', async () => {
  expect(await resting()).toEqual(['cart A 20 signed', 'checkout B 50 by its evidence', 'checkout A 20 signed']);
  expect(await resting({ statements: [] })).toEqual(['cart A 20 signed', 'checkout A 20 signed']);
  expect(await resting({ keyId: 'unknown', statements: [] })).toEqual([]);
});

it('a caller sees its tenant and services alone, and so many', async () => {
  expect(await resting({ tenant: 'globex' })).toEqual(['checkout A 20 signed']);
  expect(await resting({ services: ['cart', 'other'] })).toEqual(['cart A 20 signed']);
  expect(await resting({ services: [] })).toEqual([]);
  expect(await resting({ limit: 1 })).toEqual(['cart A 20 signed']);
});

it('each has what is shown of it', async () => {
  const query = { tenant: 'acme', keyId: 'stolen', statements: [], services: ['checkout'], limit: 1 };
  expect(await postgresDecisionsByKey(database.pool)(query)).toEqual([
    {
      id: expect.any(String),
      service: 'checkout',
      releaseId: question.releaseId,
      environment: 'production',
      stage: '20',
      verdict: 'hold',
      evaluatedAt: '2026-11-21T11:20:30.000Z',
      validUntil: null,
      signed: true,
    },
  ]);
});
