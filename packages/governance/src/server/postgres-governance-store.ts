// Waivers and overrides in PostgreSQL, schema `governance`.
import type { SqlClient, Transaction } from '@promotable/contracts';
import { awaitsCountersign, type ExceptionRecord } from '../exception-record.ts';
import { GovernanceError } from '../governance-error.ts';
import { textsOf, withoutTexts, withTexts } from '../words.ts';
import type { GovernanceStore } from './governance-store.ts';
import { reachableClient } from './reachable-client.ts';

interface Row {
  /** As {@link withoutTexts} has it; the first ones had no seals. */
  readonly record: Omit<ExceptionRecord, 'seals'> & Partial<Pick<ExceptionRecord, 'seals'>>;
  readonly words?: readonly KeptText[] | null;
}

interface KeptText {
  readonly slot: string;
  readonly salt: string;
  readonly text: string;
}

const place = 'tenant = $1 AND service = $2 AND environment = $3';
const whole = `record, (SELECT json_agg(json_build_object('slot', slot, 'salt', salt, 'text', text)) FROM governance.words kept
  WHERE kept.tenant = exceptions.tenant AND kept.exception_id = exceptions.id) AS words`;

const statements = {
  insert: `
    INSERT INTO governance.exceptions
      (tenant, id, revision, kind, service, environment, digests, requested_at, issued_at, ends_at, awaits_countersign, idempotency_key, record)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
  replace: `
    UPDATE governance.exceptions SET revision = $3, issued_at = $4, ends_at = $5, awaits_countersign = $6, record = $7
    WHERE tenant = $1 AND id = $2 AND revision = $3 - 1`,
  forget: 'DELETE FROM governance.words WHERE tenant = $1 AND exception_id = $2 AND NOT slot = ANY ($3)',
  keep: `
    INSERT INTO governance.words (tenant, exception_id, slot, salt, text)
    SELECT $1, $2, slot, salt, text FROM unnest($3::text[], $4::text[], $5::text[]) AS written (slot, salt, text) ON CONFLICT DO NOTHING`,
  record: `SELECT ${whole} FROM governance.exceptions WHERE tenant = $1 AND id = $2`,
  recordByKey: `SELECT ${whole} FROM governance.exceptions WHERE tenant = $1 AND idempotency_key = $2`,
  page: `SELECT ${whole} FROM governance.exceptions WHERE tenant = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
  // The duty to countersign comes first, so that a crowd of exceptions cannot push it out.
  issued: `
    SELECT record FROM (
      SELECT record, 0 AS turn, issued_at AS by_issue, NULL::timestamptz AS by_end, id
      FROM governance.exceptions WHERE ${place} AND awaits_countersign AND issued_at IS NOT NULL
      UNION ALL
      SELECT record, 1, NULL, ends_at, id FROM governance.exceptions
      WHERE ${place} AND NOT awaits_countersign AND issued_at IS NOT NULL AND ends_at > $5 AND digests && $4
    ) found ORDER BY turn, by_issue, by_end DESC, id LIMIT $6`,
  countAlive: `SELECT count(*)::integer AS alive FROM governance.exceptions WHERE ${place} AND ends_at > $4`,
  list: `
    SELECT ${whole} FROM governance.exceptions
    WHERE tenant = $1 AND ($2::text[] IS NULL OR service = ANY ($2)) AND ($3::text IS NULL OR environment = $3)
      AND ($4::text IS NULL OR kind = $4) AND ($5::timestamptz IS NULL OR ends_at > $5)
    ORDER BY requested_at DESC, id LIMIT $6`,
};

/** Keeps waivers and overrides in PostgreSQL; writes go through the transaction they are given. */
export function postgresGovernanceStore(database: SqlClient): GovernanceStore {
  const client = reachableClient(database);
  const first = async (text: string, values: unknown[]): Promise<ExceptionRecord | null> =>
    (await client.query<Row>(text, values)).rows.map(recordIn)[0] ?? null;
  /** Texts lie beside the record, where they can be deleted. */
  const keepTexts = async (record: ExceptionRecord, kept: readonly KeptText[], tx: Transaction): Promise<void> => {
    const { tenant, id } = record;
    const column = (name: keyof KeptText) => kept.map((text) => text[name]);
    if (kept.length > 0) await sqlOf(tx).query(statements.keep, [tenant, id, column('slot'), column('salt'), column('text')]);
  };
  return {
    async insert(record, { tx }) {
      const { tenant, id, revision, kind, service, environment, digests, requestedAt, issuedAt, idempotencyKey } = record;
      const { rowCount } = await sqlOf(tx).query(statements.insert, [
        ...[tenant, id, revision, kind, service, environment, digests, new Date(requestedAt), dateOf(issuedAt), endOf(record)],
        ...[awaitsCountersign(record), idempotencyKey, JSON.stringify(storedForm(record))],
      ]);
      if (rowCount !== 1) return false;
      await keepTexts(record, keptTexts(record), tx);
      return true;
    },

    async replace(record, { tx }) {
      const { tenant, id, revision, issuedAt } = record;
      const { rowCount } = await sqlOf(tx).query(statements.replace, [
        ...[tenant, id, revision, dateOf(issuedAt), endOf(record), awaitsCountersign(record), JSON.stringify(storedForm(record))],
      ]);
      if (rowCount !== 1) return false;
      const kept = keptTexts(record);
      await sqlOf(tx).query(statements.forget, [tenant, id, kept.map(({ slot }) => slot)]);
      await keepTexts(record, kept, tx);
      return true;
    },

    record: (tenant, id) => first(statements.record, [tenant, id]),

    recordByKey: (tenant, key) => first(statements.recordByKey, [tenant, key]),

    async page(tenant, after, limit) {
      return (await client.query<Row>(statements.page, [tenant, after, limit])).rows.map(recordIn);
    },

    async issued({ tenant, service, environment, digests, endedAfter, limit }) {
      const values = [tenant, service, environment, digests, new Date(endedAfter), limit];
      return (await client.query<Row>(statements.issued, values)).rows.map(recordIn);
    },

    async countAlive({ tenant, service, environment }, at) {
      const { rows } = await client.query<{ alive: number }>(statements.countAlive, [tenant, service, environment, new Date(at)]);
      return rows[0]?.alive ?? 0;
    },

    async list({ tenant, services, environment, kind, aliveAt, limit }) {
      const values = [tenant, services, environment, kind, dateOf(aliveAt), limit];
      return (await client.query<Row>(statements.list, values)).rows.map(recordIn);
    },
  };
}

function keptTexts(record: ExceptionRecord): KeptText[] {
  return textsOf(record).flatMap(({ slot, text }) => {
    const salt = record.seals[slot]?.salt ?? null;
    return salt === null ? [] : [{ slot, salt, text }];
  });
}

/** What stays when all of its texts are erased. */
function storedForm(record: ExceptionRecord): ExceptionRecord {
  const slots = keptTexts(record).map(({ slot }) => slot);
  return { ...withoutTexts(record, slots), requestDigest: record.requestDigest };
}

function recordIn({ record: { seals = {}, ...rest }, words }: Row): ExceptionRecord {
  const record = { ...rest, seals };
  if (words == null) return record;
  const salts = new Map(words.map(({ slot, salt }) => [slot, salt]));
  const whole = withTexts(record, new Map(words.map(({ slot, text }) => [slot, text])));
  const salted = Object.entries(seals).map(([slot, seal]) => [slot, { ...seal, salt: salts.get(slot) ?? null }] as const);
  return { ...whole, seals: Object.fromEntries(salted) };
}

function endOf({ expiresAt, revokedAt }: ExceptionRecord): Date {
  return new Date(Math.min(expiresAt, revokedAt ?? expiresAt));
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function sqlOf({ sql }: Transaction): SqlClient {
  if (sql === null) throw new GovernanceError('CONFIGURATION', 'the PostgreSQL store needs a PostgreSQL transaction');
  return sql;
}
