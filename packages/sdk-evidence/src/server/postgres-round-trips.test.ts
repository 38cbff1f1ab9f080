// What a publish asks of the database: each question costs a turn of the network, while the release is locked.
import { createPostgresLedger, ledgerMigrations, postgresTransactor, type SqlPool, type SqlPoolClient } from '@promotable/ledger/postgres';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceMigrations } from '../server-postgres.ts';
import { evidenceStream } from './ledger-entry.ts';
import { postgresEvidenceStore } from './postgres-store.ts';
import { createEvidenceReceiver, type EvidenceReceiverOptions } from './receive.ts';
import * as sample from './sample-evidence.ts';

let database: TestDatabase;
const asked: string[] = [];

beforeAll(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations, evidenceMigrations] });
});
afterAll(() => database.drop());

/** The pool of the database, which notes of each statement its first word and what it is about. */
function noting(pool: SqlPool): SqlPool {
  const notes = (client: SqlPoolClient): SqlPoolClient =>
    new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'query') asked.push(subjectOf(String(args[0])));
          return value.apply(target, args) as unknown;
        };
      },
    });
  return { query: pool.query.bind(pool), connect: async () => notes(await pool.connect()) };
}

function subjectOf(sql: string): string {
  return /INSERT INTO (\S+)/i.exec(sql)?.[1] ?? sql.trim().split(/\s/, 1)[0] ?? '';
}

function receiverOf(changes: Partial<EvidenceReceiverOptions> = {}) {
  const pool = noting(database.pool);
  return createEvidenceReceiver({
    store: postgresEvidenceStore(pool),
    transactor: postgresTransactor(pool),
    ledger: createPostgresLedger({ pool }),
    clock: sample.fixedClock(),
    trust: () => sample.trustOf(sample.trustedKey),
    ...changes,
  });
}

async function publish(predicate: Parameters<typeof sample.sign>[0], receiver = receiverOf()) {
  const input = sample.inputOf(await sample.sign(predicate));
  asked.length = 0;
  return receiver.receive(sample.principal(), input);
}

describe('a publish into PostgreSQL', () => {
  it('asks four times about a release that is known, six times about one that is not', async () => {
    await publish(sample.stagePredicate());
    expect(asked).toEqual(['BEGIN', 'evidence.records', 'evidence.releases', 'evidence.records', 'ledger.entry', 'COMMIT']);
    await publish(sample.stagePredicate({ run: { provider: 'canary', id: 'w2', attempt: 1 } }));
    expect(asked).toEqual(['BEGIN', 'evidence.records', 'ledger.entry', 'COMMIT']);
  });

  it('gives record and entry one sequence, and the records of a release grow by it', async () => {
    const receipts = [];
    for (const id of ['w3', 'w4'])
      receipts.push((await publish(sample.stagePredicate({ run: { provider: 'canary', id, attempt: 1 } }))).receipt);
    const { rows } = await database.pool.query<{ statement_digest: string; ingest_sequence: string }>(
      `SELECT r.statement_digest, r.ingest_sequence FROM evidence.records r
       JOIN ledger.entry e ON e.ingest_sequence = r.ingest_sequence AND e.body_digest = r.statement_digest ORDER BY 2`,
    );
    expect(rows.slice(-2)).toEqual(
      receipts.map(({ statementDigest, ledgerSequence }) => ({ statement_digest: statementDigest, ingest_sequence: ledgerSequence })),
    );
  });

  it('stores nothing where the ledger gives the entry another sequence than its record has', async () => {
    const ledger = createPostgresLedger({ pool: database.pool });
    const before = await ledger.head(evidenceStream('acme'));
    const receiver = receiverOf({ ledger: { ...ledger, append: (entries, { tx }) => ledger.append(entries, { tx }) } });
    const predicate = sample.stagePredicate({ run: { provider: 'canary', id: 'w5', attempt: 1 } });
    await expect(publish(predicate, receiver)).rejects.toThrow('the sequence that the record was written with');
    expect(await ledger.head(evidenceStream('acme'))).toEqual(before);
    expect((await publish(predicate)).receipt.ledgerPosition).toBeNull();
  });
});
