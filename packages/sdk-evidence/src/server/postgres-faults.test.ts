import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { createSequencer, verifyLedger } from '@promotable/ledger';
import { generateSigningKey, localSigner, publicKeyFromPem } from '@promotable/attest';
import { testDatabase, type TestDatabase } from '@promotable/services';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evidenceMigrations } from '../server-postgres.ts';
import { createEvidenceReceiver, type EvidenceReceiver } from './receive.ts';
import { evidenceStream } from './ledger-entry.ts';
import { postgresEvidenceStore } from './postgres-store.ts';
import * as sample from './sample-evidence.ts';

let database: TestDatabase;
const pools: pg.Pool[] = [];

beforeEach(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations, evidenceMigrations] });
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await database.drop();
});

function poolOf(uri = database.uri): pg.Pool {
  // Long enough for the last of 200 on a slow machine; a port where nobody listens refuses at once.
  const pool = new pg.Pool({ connectionString: uri, connectionTimeoutMillis: 30_000 });
  pool.on('error', () => undefined);
  pools.push(pool);
  return pool;
}

function receiverOf(pool: pg.Pool, between: () => Promise<void> = async () => undefined): EvidenceReceiver {
  const ledger = createPostgresLedger({ pool });
  const append: typeof ledger.append = async (entries, options) => {
    await between();
    return ledger.append(entries, options);
  };
  return createEvidenceReceiver({
    store: postgresEvidenceStore(pool),
    transactor: postgresTransactor(pool),
    ledger: { append, receipt: ledger.receipt.bind(ledger) },
    clock: sample.fixedClock(),
    trust: () => sample.trustOf(sample.trustedKey),
  });
}

function outcomes(settled: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of settled) {
    const name = result.status === 'fulfilled' ? 'ACCEPTED' : String((result.reason as { code: unknown }).code);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function rows(): Promise<{ records: number; entries: number; releases: number }> {
  const {
    rows: [counts],
  } = await database.pool.query(
    'SELECT (SELECT count(*)::int FROM evidence.records) AS records, (SELECT count(*)::int FROM ledger.entry) AS entries, (SELECT count(*)::int FROM evidence.releases) AS releases',
  );
  return counts as { records: number; entries: number; releases: number };
}

describe('evidence in PostgreSQL under load and faults', () => {
  it('of 200 concurrent publishes of one file one is a row, 199 are duplicates of it', async () => {
    const receivers = [receiverOf(poolOf()), receiverOf(poolOf())];
    const bundle = await sample.sign(sample.buildPredicate());
    const settled = await Promise.allSettled(
      Array.from({ length: 200 }, async (_, index) => receivers[index % 2]?.receive(sample.principal(), sample.inputOf(bundle))),
    );
    expect(outcomes(settled)).toEqual({ ACCEPTED: 1, DUPLICATE: 199 });
    expect(await rows()).toEqual({ records: 1, entries: 1, releases: 1 });
  });

  it('200 different concurrent publishes are 200 rows and, once sealed, one chain without gaps', async () => {
    const receivers = [receiverOf(poolOf()), receiverOf(poolOf())];
    const bundles = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        sample.sign(sample.stagePredicate({ run: { provider: 'canary', id: `w${index}`, attempt: 1 } })),
      ),
    );
    const settled = await Promise.allSettled(
      bundles.map(async (bundle, index) => receivers[index % 2]?.receive(sample.principal(), sample.inputOf(bundle))),
    );
    expect(outcomes(settled)).toEqual({ ACCEPTED: 200 });
    expect(await rows()).toEqual({ records: 200, entries: 200, releases: 1 });

    const key = generateSigningKey('ed25519');
    const ledger = createPostgresLedger({ pool: database.pool });
    const onError = (error: unknown) => {
      throw error;
    };
    const options = { ledger, signer: localSigner(key.privateKeyPem), clock: sample.fixedClock(), onError, batchSize: 64 };
    await Promise.all([createSequencer(options).runOnce(), createSequencer(options).runOnce()]);
    await createSequencer(options).runOnce();
    const report = await verifyLedger(ledger, evidenceStream('acme'), {
      resolveKey: (keyId) => (keyId === key.keyId ? publicKeyFromPem(key.publicKeyPem) : null),
    });
    expect(report).toMatchObject({ ok: true, head: { position: 200 }, unsealed: 0 });
    const entries = await ledger.entries(evidenceStream('acme'));
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(new Set(entries.map(({ bodyDigest }) => bodyDigest)).size).toBe(200);
  });

  it.each(['after the row was written', 'after the ledger entry was written'])(
    'a backend that is killed %s leaves nothing, the client may retry, and the retry is stored once',
    async (moment) => {
      const pool = poolOf();
      const kill = async () => {
        await database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
        );
      };
      const ledger = createPostgresLedger({ pool });
      let isFirst = true;
      const append: typeof ledger.append = async (entries, options) => {
        const strike = isFirst;
        isFirst = false;
        if (strike && moment === 'after the row was written') await kill();
        const receipts = await ledger.append(entries, options);
        if (strike) await kill();
        return receipts;
      };
      const receiver = createEvidenceReceiver({
        store: postgresEvidenceStore(pool),
        transactor: postgresTransactor(pool),
        ledger: { append, receipt: ledger.receipt.bind(ledger) },
        clock: sample.fixedClock(),
        trust: () => sample.trustOf(sample.trustedKey),
      });
      const input = sample.inputOf(await sample.sign(sample.buildPredicate()));
      await expect(receiver.receive(sample.principal(), input)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        status: 503,
        retryable: true,
      });
      expect(await rows()).toEqual({ records: 0, entries: 0, releases: 0 });
      await receiver.receive(sample.principal(), input);
      expect(await rows()).toEqual({ records: 1, entries: 1, releases: 1 });
    },
  );

  it('a database that cannot be reached is STORE_UNAVAILABLE for writes and reads, never a success', async () => {
    const uri = new URL(database.uri);
    uri.port = '1';
    const pool = poolOf(uri.href);
    const unavailable = { code: 'STORE_UNAVAILABLE', status: 503, retryable: true };
    await expect(
      receiverOf(pool).receive(sample.principal(), sample.inputOf(await sample.sign(sample.buildPredicate()))),
    ).rejects.toMatchObject(unavailable);
    const store = postgresEvidenceStore(pool);
    const release = { tenant: 'acme', service: sample.service, releaseId: sample.releaseId };
    await expect(store.records(release, 1)).rejects.toMatchObject(unavailable);
    await expect(store.releaseEvidence({ ...release, environment: 'production', stage: '20' })).rejects.toMatchObject(unavailable);
    await expect(store.rememberUntrusted(release, sample.digestA)).rejects.toMatchObject(unavailable);
  });

  it('a fault of ours is no outage: it comes out as it is', async () => {
    await database.pool.query('ALTER TABLE evidence.records DROP COLUMN claims');
    await expect(
      receiverOf(poolOf()).receive(sample.principal(), sample.inputOf(await sample.sign(sample.buildPredicate()))),
    ).rejects.toMatchObject({ code: '42703' });
    expect((await rows()).releases).toBe(0);
  });
});
