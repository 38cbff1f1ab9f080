// A second database with the rows of the ledger, in which its owner may do what owners can.
import type { SealedEntry } from '@promotable/ledger';
import { ledgerMigrations } from '@promotable/ledger/postgres';
import { migrate } from '@promotable/services';
import pg from 'pg';

export interface LedgerCopy {
  /** Of the copy, its owner's. */
  readonly uri: string;
  /** Changes one byte of the record with this body digest, or of the last one; no hash is made anew. */
  alterOneByte(bodyDigest: string | null): Promise<Pick<SealedEntry, 'position' | 'subject'>>;
  drop(): Promise<void>;
}

export interface LedgerStream {
  readonly tenant: string;
  readonly stream: string;
}

const tables = ['epoch', 'entry', 'checkpoint'] as const;

/** Copies the ledger into a new database of the same server. */
export async function copyLedger(uri: string, name: string, { tenant, stream }: LedgerStream): Promise<LedgerCopy> {
  const copyUri = uriOf(uri, name);
  await connected(uri, async (source) => {
    await source.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`);
    await source.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    await migrate(copyUri, [ledgerMigrations]);
    await connected(copyUri, (copy) => copyRows(source, copy));
  });
  return {
    uri: copyUri,
    alterOneByte: (bodyDigest) =>
      connected(copyUri, async (copy) => {
        await withoutTriggers(copy);
        const { rows } = await copy.query<{ position: string; subject: string }>(alterBodyDigest, [tenant, stream, bodyDigest]);
        const [{ position, subject } = { position: '0', subject: '' }] = rows;
        return { position: Number(position), subject };
      }),
    drop: () => connected(uri, async (source) => void (await source.query(`DROP DATABASE ${pg.escapeIdentifier(name)}`))),
  };
}

/** The first hex digit of what a record vouches for becomes another one. */
const alterBodyDigest = `
  UPDATE ledger.entry SET body_digest = translate(left(body_digest, 1), '0123456789abcdef', '123456789abcdef0') || substr(body_digest, 2)
  WHERE ingest_sequence = (
    SELECT ingest_sequence FROM ledger.entry WHERE tenant = $1 AND stream = $2 AND position IS NOT NULL
    ORDER BY body_digest = $3 DESC NULLS LAST, position DESC LIMIT 1)
  RETURNING position, subject`;

/** As text, so that no number is rounded on its way. */
async function copyRows(source: pg.Client, copy: pg.Client): Promise<void> {
  await withoutTriggers(copy);
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  for (const table of tables) {
    const { rows } = await source.query<{ all: string | null }>(`SELECT json_agg(t)::text AS all FROM ledger.${table} t`);
    await copy.query(`DELETE FROM ledger.${table}`);
    await copy.query(
      `INSERT INTO ledger.${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::ledger.${table}, $1)`,
      [rows[0]?.all ?? '[]'],
    );
  }
  await source.query('COMMIT');
}

/** What keeps everybody else from changing a record does not keep its owner. */
async function withoutTriggers(client: pg.Client): Promise<void> {
  await client.query('SET session_replication_role = replica');
}

function uriOf(uri: string, database: string): string {
  const url = new URL(uri);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

async function connected<T>(uri: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Waits until every entry of the stream has its place in the chain, which takes a second. */
export async function awaitSealed(uri: string, { tenant, stream }: LedgerStream, signal: AbortSignal): Promise<void> {
  await connected(uri, async (client) => {
    for (let waiting = true; waiting; ) {
      signal.throwIfAborted();
      const { rowCount } = await client.query('SELECT 1 FROM ledger.entry WHERE tenant = $1 AND stream = $2 AND position IS NULL LIMIT 1', [
        tenant,
        stream,
      ]);
      waiting = rowCount !== 0;
      if (waiting) await client.query('SELECT pg_sleep(0.1)');
    }
  });
}
