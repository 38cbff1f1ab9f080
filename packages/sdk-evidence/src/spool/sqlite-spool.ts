import { randomUUID } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Spool, SpoolEntry, SpoolLease, SpoolOptions, SpoolRefusal } from './spool.ts';
import { spoolDefaults } from './spool.ts';
import { damagedFiles, DamagedDatabase, openUndamaged } from './sqlite-damage.ts';
import { full, guarded } from './spool-error.ts';

const schema = `
  PRAGMA busy_timeout = 10000;
  PRAGMA journal_mode = WAL;
  -- With a write-ahead log, FULL is what makes a commit survive a power cut.
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS spool (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    statement_digest TEXT NOT NULL UNIQUE,
    idempotency_key TEXT NOT NULL,
    bytes BLOB NOT NULL,
    spooled_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    lease_token TEXT,
    lease_until INTEGER,
    refusal TEXT
  ) STRICT`;

const statements = {
  used: 'SELECT coalesce(sum(length(bytes)), 0) AS used FROM spool WHERE statement_digest <> ?',
  sendable: 'SELECT 1 FROM spool WHERE statement_digest = ? AND refusal IS NULL AND (spooled_at > ? OR lease_until > ?)',
  remove: 'DELETE FROM spool WHERE statement_digest = ?',
  insert: 'INSERT INTO spool (statement_digest, idempotency_key, bytes, spooled_at) VALUES (?, ?, ?, ?)',
  list: 'SELECT statement_digest, spooled_at, length(bytes) AS size, failures, lease_until, refusal FROM spool ORDER BY sequence',
  lease: `
    UPDATE spool SET lease_token = ?, lease_until = ? WHERE sequence = (
      SELECT sequence FROM spool
      WHERE refusal IS NULL AND spooled_at > ? AND (lease_until IS NULL OR lease_until <= ?)
        AND statement_digest NOT IN (SELECT value FROM json_each(?))
      ORDER BY failures, sequence LIMIT 1)
    RETURNING statement_digest, idempotency_key, bytes`,
  complete: 'DELETE FROM spool WHERE statement_digest = ? AND lease_token = ?',
  release:
    'UPDATE spool SET lease_token = NULL, lease_until = NULL, failures = failures + ? WHERE statement_digest = ? AND lease_token = ?',
  refuse: 'UPDATE spool SET lease_token = NULL, lease_until = NULL, refusal = ? WHERE statement_digest = ? AND lease_token = ?',
  discard: 'DELETE FROM spool WHERE statement_digest = ? AND (lease_until IS NULL OR lease_until <= ?)',
} as const;

interface Row {
  readonly statement_digest: string;
  readonly idempotency_key: string;
  readonly bytes: Uint8Array;
  readonly spooled_at: number;
  readonly size: number;
  readonly failures: number;
  readonly lease_until: number | null;
  readonly refusal: string | null;
}

/**
 * A spool in one SQLite file (`node:sqlite`), made when it is not there; for several processes of one machine at once. A file that is
 * damaged is put aside as `<path>.damaged-…` and told, and an empty one takes its place: what waits is kept, and what comes is not lost.
 * @throws {EvidenceError} `SPOOL_UNAVAILABLE` when the file cannot be opened or is no database
 */
export async function openSqliteSpool(path: string, options: SpoolOptions = {}): Promise<Spool> {
  const { maxAgeMs, maxBytes, clock, onDamaged } = { ...spoolDefaults, ...options };
  // Loaded late: Node 22 prints a warning when it is.
  const { DatabaseSync } = await guarded(path, () => import('node:sqlite'));
  const open = () => opened(new DatabaseSync(path));
  const database = await guarded(path, () => openUndamaged(path, open, clock.now()));
  for (const damaged of await guarded(path, () => damagedFiles(path))) onDamaged(damaged);
  if (path !== ':memory:') await guarded(path, () => chmod(path, 0o600));
  const prepared = await guarded(path, () => prepare(database));
  const affects = (name: keyof typeof statements, ...values: (string | number)[]) =>
    guarded(path, () => prepared[name].run(...values).changes > 0);

  return {
    put: ({ statementDigest, idempotencyKey, bytes }) =>
      guarded(path, () =>
        atomically(database, () => {
          const now = clock.now();
          if (prepared.sendable.get(statementDigest, now - maxAgeMs, now) !== undefined) return 'present';
          const { used } = prepared.used.get(statementDigest) as unknown as { used: number };
          if (used + bytes.length > maxBytes) throw full(path, used, bytes.length, maxBytes);
          prepared.remove.run(statementDigest);
          prepared.insert.run(statementDigest, idempotencyKey, bytes, now);
          return 'stored';
        }),
      ),
    list: () => guarded(path, () => (prepared.list.all() as unknown as Row[]).map((row) => entryOf(row, clock.now(), maxAgeMs))),
    lease: ({ leaseMs, except = new Set() }) =>
      guarded(path, () => {
        const [now, token] = [clock.now(), randomUUID()];
        const row = prepared.lease.get(token, now + leaseMs, now - maxAgeMs, now, JSON.stringify([...except])) as unknown as
          | Row
          | undefined;
        return row === undefined
          ? null
          : { record: { statementDigest: row.statement_digest, idempotencyKey: row.idempotency_key, bytes: row.bytes }, token };
      }),
    complete: ({ record, token }: SpoolLease) => affects('complete', record.statementDigest, token),
    release: ({ record, token }, { failed }) => affects('release', failed ? 1 : 0, record.statementDigest, token),
    refuse: ({ record, token }, refusal) => affects('refuse', JSON.stringify(refusal), record.statementDigest, token),
    discard: (statementDigest) => affects('discard', statementDigest, clock.now()),
    close: () => guarded(path, () => database.close()),
  };
}

function opened(database: DatabaseSync): DatabaseSync {
  try {
    const [first] = database.prepare('PRAGMA quick_check(1)').all() as { readonly quick_check: string }[];
    if (first?.quick_check !== 'ok') throw new DamagedDatabase(first?.quick_check);
    database.exec(schema);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])) as Record<
    keyof typeof statements,
    ReturnType<DatabaseSync['prepare']>
  >;
}

function atomically<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function entryOf(row: Row, now: number, maxAgeMs: number): SpoolEntry {
  const refusal = row.refusal === null ? null : (JSON.parse(row.refusal) as SpoolRefusal);
  const leased = row.lease_until !== null && row.lease_until > now;
  const state = refusal !== null ? 'refused' : leased ? 'leased' : row.spooled_at <= now - maxAgeMs ? 'expired' : 'waiting';
  return { statementDigest: row.statement_digest, state, spooledAt: row.spooled_at, size: row.size, failures: row.failures, refusal };
}
