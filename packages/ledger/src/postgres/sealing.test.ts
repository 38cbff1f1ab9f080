import { digestOf, generateSigningKey, localSigner, publicKeyFromPem } from '@promotable/attest';
import { testDatabase } from '@promotable/services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '../postgres.ts';
import { createSequencer } from '../sequencer.ts';
import { memoryTransactor } from '../memory-transactor.ts';
import { verifyLedger } from '../verify-ledger.ts';

const at = '2026-11-21T12:00:00.000Z';
const stream = { tenant: 'acme', stream: 'evidence' };
const key = generateSigningKey('ecdsa-p256');
const signer = localSigner(key.privateKeyPem);
const publicKey = publicKeyFromPem(key.publicKeyPem);
const resolveKey = (keyId: string) => (keyId === key.keyId ? publicKey : null);
const entry = (subject: string) => ({ ...stream, type: 'evidence', subject, bodyDigest: digestOf(subject), actor: 'ci', at });

let database: Awaited<ReturnType<typeof testDatabase>>;
let ledger: ReturnType<typeof createPostgresLedger>;
beforeEach(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations] });
  ledger = createPostgresLedger(database);
});
afterEach(() => database.drop());

const append = (...subjects: string[]) => postgresTransactor(database.pool).transaction((tx) => ledger.append(subjects.map(entry), { tx }));
const sequencer = (sign = signer.sign, errors: unknown[] = []) =>
  createSequencer({
    ledger,
    signer: { ...signer, sign },
    clock: { now: () => Date.parse(at), monotonic: () => 0 },
    onError: (error) => void errors.push(error),
  });
const chained = async () => (await ledger.entries(stream)).map(({ subject, position }) => [position, subject]);

describe('sealing', () => {
  it('that is killed in the middle leaves every entry without a position; the next holder goes on', async () => {
    await append('a', 'b', 'c');
    const errors: unknown[] = [];
    const killed = sequencer(async (bytes) => {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
      );
      return signer.sign(bytes);
    }, errors);
    expect(await killed.runOnce()).toEqual({ sealed: 0, skipped: 1 });
    expect(errors).toMatchObject([{ code: 'STORE_UNAVAILABLE', retryable: true }]);
    expect(await ledger.head(stream)).toMatchObject({ position: 0, unsealed: 3 });
    expect(await ledger.checkpoints(stream)).toEqual([]);

    expect(await sequencer().runOnce()).toEqual({ sealed: 3, skipped: 0 });
    expect(await chained()).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(await verifyLedger(ledger, stream, { resolveKey })).toMatchObject({ ok: true, unsealed: 0 });
  });

  it('between two reads hides no entry from the head: it is sealed or it waits', async () => {
    await append('a', 'b', 'c');
    const query = async (text: string, values?: unknown[]) => {
      const answer = await database.pool.query(text, values);
      // Whatever the head reads next, it reads after this.
      if (text.includes('ledger.entry')) await sequencer().runOnce();
      return answer;
    };
    const pool = { connect: () => database.pool.connect(), query } as unknown as typeof database.pool;
    const { position, unsealed } = await createPostgresLedger({ pool }).head(stream);
    expect(position + unsealed).toBe(3);
  });

  it('takes an entry that was numbered early and committed late, which no cursor would have found', async () => {
    let numbered: (value: unknown) => void = () => undefined;
    let release: (value: unknown) => void = () => undefined;
    const early = new Promise((resolve) => {
      numbered = resolve;
    });
    const held = new Promise((resolve) => {
      release = resolve;
    });
    const late = postgresTransactor(database.pool).transaction(async (tx) => {
      const receipts = await ledger.append([entry('early')], { tx });
      numbered(null);
      await held;
      return receipts;
    });
    await early;
    const [after] = await append('later');
    await sequencer().runOnce();
    release(null);
    const [before] = await late;
    expect(before?.ingestSequence).toBeLessThan(after?.ingestSequence as number);
    await sequencer().runOnce();
    expect(await chained()).toEqual([
      [1, 'later'],
      [2, 'early'],
    ]);
    expect(await verifyLedger(ledger, stream, { resolveKey })).toMatchObject({ ok: true, unsealed: 0 });
  });
});

describe('the PostgreSQL ledger', () => {
  it('gives entries the sequences that were taken for them, and later ones to those that come next', async () => {
    const { taken, receipts } = await postgresTransactor(database.pool).transaction(async (tx) => {
      const rows = await tx.sql?.query<{ taken: string }>('SELECT ledger.next_ingest_sequence() AS taken FROM generate_series(1, 2)', []);
      const taken = (rows?.rows ?? []).map((row) => Number(row.taken));
      return { taken, receipts: await ledger.append([entry('a'), entry('b')], { tx, ingestSequences: taken }) };
    });
    expect(receipts.map(({ ingestSequence }) => ingestSequence)).toEqual(taken);
    const [next] = await append('c');
    expect(next?.ingestSequence).toBeGreaterThan(Math.max(...taken));
    await sequencer().runOnce();
    expect(await verifyLedger(ledger, stream, { resolveKey })).toMatchObject({ ok: true, entries: 3, unsealed: 0 });
  });

  it('stores nothing under a sequence that an entry has already', async () => {
    const [first] = await append('a');
    const again = postgresTransactor(database.pool).transaction((tx) =>
      ledger.append([entry('b')], { tx, ingestSequences: [first?.ingestSequence as number] }),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
    expect(await ledger.head(stream)).toMatchObject({ unsealed: 1 });
  });

  it('refuses a transaction of another kind of store', async () => {
    await expect(memoryTransactor().transaction((tx) => ledger.append([entry('a')], { tx }))).rejects.toMatchObject({
      code: 'TRANSACTION_UNSUITABLE',
    });
  });

  it('has an epoch of UUID version 7, which a transaction can read on its own connection', async () => {
    expect(await ledger.epoch()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await postgresTransactor(database.pool).transaction((tx) => ledger.epoch({ tx }))).toBe(await ledger.epoch());
  });
});
