import { digestOf, generateSigningKey, localSigner, publicKeyFromPem } from '@promotable/attest';
import { testDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptLoss } from './accept-loss.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import type { LedgerEntry } from './entry.ts';
import { lostCheckpoints } from './lost-checkpoints.ts';
import { createPostgresLedger, ledgerMigrations, postgresTransactor } from './postgres.ts';
import { createSequencer } from './sequencer.ts';
import { verifyLedger } from './verify-ledger.ts';

const at = '2026-11-21T12:00:00.000Z';
const clock = { now: () => Date.parse(at), monotonic: () => 0 };
const stream = { tenant: 'acme', stream: 'decisions' };
const key = generateSigningKey('ecdsa-p256');
const publicKey = publicKeyFromPem(key.publicKeyPem);
const resolveKey = (keyId: string) => (keyId === key.keyId ? publicKey : null);

let database: Awaited<ReturnType<typeof testDatabase>>;
let ledger: ReturnType<typeof createPostgresLedger>;
let head: Checkpoint;

beforeAll(async () => {
  database = await testDatabase({ migrations: [ledgerMigrations] });
  ledger = createPostgresLedger(database);
});
afterAll(() => database.drop());

const entries = (count: number): LedgerEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    ...stream,
    type: 'decision',
    subject: `s-${index}`,
    bodyDigest: digestOf(index),
    actor: 'gate',
    at,
  }));

async function sealed(count: number): Promise<Checkpoint> {
  await postgresTransactor(database.pool).transaction((tx) => ledger.append(entries(count), { tx }));
  return seal();
}

async function seal(): Promise<Checkpoint> {
  const onError = (error: unknown) => {
    throw error;
  };
  await createSequencer({ ledger, signer: localSigner(key.privateKeyPem), clock, onError }).runOnce();
  return verifyCheckpoint((await ledger.checkpoints(stream)).at(-1)?.bundle, resolveKey);
}

/** As the owner of the database, past its triggers. */
async function asOwner(sql: string): Promise<void> {
  const tables = ['entry', 'checkpoint', 'epoch'].map((table) => `alter table ledger.${table}`);
  await database.pool.query(tables.map((table) => `${table} disable trigger all;`).join(''));
  await database.pool.query(sql);
  await database.pool.query(tables.map((table) => `${table} enable trigger all;`).join(''));
}

async function codes(...checkpoints: Checkpoint[]): Promise<string[]> {
  return (await lostCheckpoints(ledger, checkpoints)).map(({ code }) => code);
}

describe('checkpoints that left the database', () => {
  it('are met by the store that they were taken from, also once it has grown', async () => {
    const first = await sealed(3);
    head = await sealed(3);
    expect(await codes(first, head)).toEqual([]);
  });

  it('are lost where the store ends before them, holds something else, or is of an earlier epoch', async () => {
    expect(await codes({ ...head, position: 7 })).toEqual(['BEHIND_CHECKPOINT']);
    expect(await codes({ ...head, tenant: 'globex' })).toEqual(['BEHIND_CHECKPOINT']);
    expect(await codes({ ...head, hash: '0'.repeat(64) })).toEqual(['CHECKPOINT_MISMATCH']);
    expect(await codes({ ...head, epoch: `f${head.epoch.slice(1)}` })).toEqual(['EPOCH_MISMATCH']);
  });

  it('are lost where the record was altered and its hash left as it was', async () => {
    await asOwner("update ledger.entry set actor = 'nobody' where position = 6");
    expect(await codes(head)).toEqual(['CHECKPOINT_MISMATCH']);
    await asOwner("update ledger.entry set actor = 'gate' where position = 6");
    expect(await codes(head)).toEqual([]);
  });
});

describe('accepting a loss', () => {
  it('begins an epoch that outranks the lost one, states the loss in the log, and the log goes on', async () => {
    // The tail is gone, its checkpoint was left behind.
    await asOwner('delete from ledger.entry where position > 4');
    expect(await codes(head)).toEqual(['BEHIND_CHECKPOINT']);
    const ahead = { ...head, epoch: `f${head.epoch.slice(1)}` };
    const { epoch, receipts } = await acceptLoss([ahead], {
      ledger,
      transactor: postgresTransactor(database.pool),
      clock,
      actor: 'operator',
    });
    expect(epoch > ahead.epoch).toBe(true);
    expect([await ledger.epoch(), receipts.length]).toEqual([epoch, 1]);
    await seal();
    expect(
      (await ledger.entries(stream, { after: 4 })).map(({ position, type, subject, bodyDigest, actor }) => [
        position,
        type,
        subject,
        bodyDigest,
        actor,
      ]),
    ).toEqual([[5, 'discontinuity', `${ahead.epoch}@6`, digestOf(ahead), 'operator']]);
    // The next entry stands where the left-over checkpoint is.
    await sealed(1);
    await sealed(1);
    const report = await verifyLedger(ledger, stream, { resolveKey });
    expect([report.head?.position, report.discontinuities.length]).toEqual([7, 1]);
    expect(report.faults.map(({ position, code }) => [position, code])).toEqual([[6, 'CHECKPOINT_MISMATCH']]);
  });

  it('does neither where it cannot do both', async () => {
    const before = [await ledger.epoch(), (await ledger.head(stream)).unsealed];
    const unsuitable = { ...head, tenant: 'not a tenant' };
    await expect(
      acceptLoss([head, unsuitable], { ledger, transactor: postgresTransactor(database.pool), clock, actor: 'operator' }),
    ).rejects.toMatchObject({ code: 'ENTRY_INVALID' });
    expect([await ledger.epoch(), (await ledger.head(stream)).unsealed]).toEqual(before);
  });
});
