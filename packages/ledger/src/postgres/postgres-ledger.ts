// The ledger in PostgreSQL, schema `ledger`.
import type { Bundle, SqlClient, Transaction, Transactor } from '@promotable/contracts';
import { type ChainHead, chain, emptyChain } from '../chain.ts';
import { parseEntries, type StreamId } from '../entry.ts';
import type { LedgerHead, Receipt, SealableLedger, SealOptions, SealResult } from '../ledger.ts';
import { requireOneEach } from '../ingest-sequences.ts';
import { LedgerError } from '../ledger-error.ts';
import { pageOf } from '../page.ts';
import type { SqlPool } from './pool.ts';
import { postgresTransactor } from './postgres-transactor.ts';
import { type EntryRow, entryOf, type ReceiptRow, type SealedRow, sealedEntryOf } from './rows.ts';
import * as statements from './statements.ts';
import { storeError } from './store-error.ts';

/** Where the ledger lives. */
export interface PostgresLedgerOptions {
  /** Database with {@link ledgerMigrations} applied. */
  readonly pool: SqlPool;
}

/** A ledger in PostgreSQL; entries are appended in transactions of {@link postgresTransactor}. */
export function createPostgresLedger({ pool }: PostgresLedgerOptions): SealableLedger {
  const transactor = postgresTransactor(pool);
  return {
    async append(entries, { tx, ingestSequences }) {
      requireOneEach(entries, ingestSequences);
      const parsed = parseEntries(entries);
      if (parsed.length === 0) return [];
      const columns = (['tenant', 'stream', 'type', 'subject', 'bodyDigest', 'actor', 'at'] as const).map((name) =>
        parsed.map((entry) => entry[name]),
      );
      const values = [...columns, ingestSequences ?? []];
      const { rows } = await sqlOf(tx).query<{ ingest_sequence: string }>(statements.insertEntries, values);
      const sequences = rows.map((row) => Number(row.ingest_sequence)).sort((a, b) => a - b);
      return sequences.map((ingestSequence) => ({ ingestSequence, state: 'unsealed' }));
    },

    receipt: async (stream, ingestSequence) => (await receiptsOf(pool, stream, [ingestSequence]))[0] ?? null,
    receipts: (stream, ingestSequences) => receiptsOf(pool, stream, ingestSequences),

    async receiptsByBody({ tenant, stream }, bodyDigests) {
      const rows = await select<ReceiptRow & { body_digest: string }>(pool, statements.selectReceiptsByBody, [tenant, stream, bodyDigests]);
      return rows.map((row) => ({ ...receiptOf(row), bodyDigest: row.body_digest }));
    },

    async entries({ tenant, stream }, page) {
      const { after, limit } = pageOf(page);
      return (await select<SealedRow>(pool, statements.selectEntries, [tenant, stream, after, limit])).map(sealedEntryOf);
    },

    async checkpoints({ tenant, stream }, page) {
      const { after, limit } = pageOf(page);
      const rows = await select<{ position: string; bundle: Bundle }>(pool, statements.selectCheckpoints, [tenant, stream, after, limit]);
      return rows.map(({ position, bundle }) => ({ position: Number(position), bundle }));
    },

    async head(stream) {
      return headOf(pool, stream);
    },

    async epoch({ tx } = {}) {
      return epochOf(tx === undefined ? pool : sqlOf(tx));
    },

    async unsealedStreams(limit) {
      return (await select<{ tenant: string; stream: string }>(pool, statements.selectUnsealedStreams, [limit])).map(
        ({ tenant, stream }) => ({ tenant, stream }),
      );
    },

    seal: (stream, options) => seal(transactor, stream, options),

    async beginEpoch(epoch, { tx }) {
      await sqlOf(tx).query(statements.insertEpoch, [epoch]);
    },
  };
}

/** One transaction: lock, chain, sign, place. Whatever ends it early leaves every entry without a position. */
async function seal(transactor: Transactor, stream: StreamId, { limit, checkpoint }: SealOptions): Promise<SealResult> {
  const id = [stream.tenant, stream.stream];
  return transactor.transaction(async (tx): Promise<SealResult> => {
    const sql = sqlOf(tx);
    const [lock] = await select<{ locked: boolean }>(sql, statements.lockStream, id);
    if (lock?.locked !== true) return { status: 'busy' };
    const waiting = (await select<EntryRow>(sql, statements.selectUnsealed, [...id, limit])).map(entryOf);
    if (waiting.length === 0) return { status: 'sealed', sealed: 0 };
    const before = await headOf(sql, stream);
    const sealed = chain(before, waiting);
    const last = sealed.at(-1) as ChainHead;
    const head = { epoch: before.epoch, position: last.position, hash: last.hash, unsealed: Math.max(0, before.unsealed - sealed.length) };
    const bundle = await checkpoint(head);
    const columns = (['ingestSequence', 'position', 'previousHash', 'hash'] as const).map((name) => sealed.map((entry) => entry[name]));
    const { rowCount } = await sql.query(statements.placeEntries, columns);
    if (rowCount !== sealed.length)
      throw new LedgerError('SEAL_CONFLICT', 'the entries were chained by another writer', { retryable: true });
    await sql.query(statements.insertCheckpoint, [...id, head.position, JSON.stringify(bundle)]);
    return { status: 'sealed', sealed: sealed.length };
  });
}

async function receiptsOf(sql: SqlClient, { tenant, stream }: StreamId, ingestSequences: readonly number[]): Promise<Receipt[]> {
  const rows = await select<ReceiptRow>(sql, statements.selectReceipts, [tenant, stream, ingestSequences]);
  return rows.map(receiptOf);
}

function receiptOf({ ingest_sequence, position, hash }: ReceiptRow): Receipt {
  return {
    ingestSequence: Number(ingest_sequence),
    state: position === null || hash === null ? 'unsealed' : { position: Number(position), hash },
  };
}

type HeadRow = { readonly unsealed: string } & (
  | { readonly position: string; readonly hash: string }
  | { readonly position: null; readonly hash: null }
);

async function headOf(sql: SqlClient, { tenant, stream }: StreamId): Promise<LedgerHead> {
  const epoch = await epochOf(sql);
  const [row] = await select<HeadRow>(sql, statements.selectHead, [tenant, stream]);
  const end: ChainHead = row === undefined || row.position === null ? emptyChain : { position: Number(row.position), hash: row.hash };
  return { ...end, epoch, unsealed: Number(row?.unsealed) };
}

async function epochOf(sql: SqlClient): Promise<string> {
  const [row] = await select<{ epoch: string }>(sql, statements.selectEpoch, []);
  if (row === undefined)
    throw new LedgerError('STORE_UNAVAILABLE', 'the ledger has no epoch: its migrations have not run', { status: 503 });
  return row.epoch;
}

async function select<Row extends object>(sql: SqlClient, text: string, values: unknown[]): Promise<Row[]> {
  try {
    return (await sql.query<Row>(text, values)).rows;
  } catch (error) {
    throw storeError(error);
  }
}

function sqlOf(tx: Transaction): SqlClient {
  if (tx.sql === null) throw new LedgerError('TRANSACTION_UNSUITABLE', 'the PostgreSQL ledger needs a transaction of its own database');
  return tx.sql;
}
