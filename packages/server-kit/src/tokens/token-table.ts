// Issued tokens in PostgreSQL, in the schema `access`. Of a token itself nothing is kept but its SHA-256.
import type { Scope, SqlClient } from '@promotable/contracts';

/** A token on record. */
export interface TokenRecord {
  /** `jti`, a UUID. */
  readonly id: string;
  readonly tenant: string;
  /** What it is for, in the words of who asked for it. */
  readonly name: string;
  readonly services: readonly string[];
  readonly scopes: readonly Scope[];
  /** Principal who asked for it. */
  readonly issuedBy: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}

/** A token on record and what it did. */
export interface ListedToken extends TokenRecord {
  /** Answered requests in all. */
  readonly uses: number;
  /** Those of them that were refused. */
  readonly refused: number;
  readonly lastUsedAt: Date | null;
}

/** Uses of one token by one operation within one hour. */
export interface TokenUse {
  readonly tokenId: string;
  /** Start of the hour. */
  readonly hour: Date;
  readonly operation: string;
  readonly uses: number;
  readonly refused: number;
  readonly firstUsedAt: Date;
  readonly lastUsedAt: Date;
}

const columns = `t.id, t.tenant, t.name, t.services, t.scopes, t.issued_by AS "issuedBy", t.issued_at AS "issuedAt", t.expires_at AS "expiresAt",
  t.revoked_at AS "revokedAt", t.revoked_by AS "revokedBy"`;

export async function insertToken(sql: SqlClient, token: TokenRecord & { readonly digest: string }): Promise<void> {
  const { id, tenant, name, digest, services, scopes, issuedBy, issuedAt, expiresAt } = token;
  await sql.query(
    `INSERT INTO access.tokens (id, tenant, name, digest, services, scopes, issued_by, issued_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, tenant, name, digest, [...services], [...scopes], issuedBy, issuedAt, expiresAt],
  );
}

/** Whether this very token was issued and not revoked; its end is the token's own to say. */
export async function tokenStands(sql: SqlClient, { id, digest }: { readonly id: string; readonly digest: string }): Promise<boolean> {
  const { rows } = await sql.query('SELECT 1 FROM access.tokens WHERE id = $1 AND digest = $2 AND revoked_at IS NULL', [id, digest]);
  return rows.length === 1;
}

/** Tokens of a tenant that have not ended, and those that did within the last 90 days, latest first. */
export async function listTokens(sql: SqlClient, tenant: string, now: Date, limit: number): Promise<ListedToken[]> {
  const { rows } = await sql.query<ListedToken>(
    `SELECT ${columns}, coalesce(u.uses, 0)::float8 AS uses, coalesce(u.refused, 0)::float8 AS refused, u.last AS "lastUsedAt"
     FROM access.tokens t
     LEFT JOIN LATERAL (
       SELECT sum(uses) AS uses, sum(refused) AS refused, max(last_used_at) AS last FROM access.token_uses WHERE token_id = t.id
     ) u ON true
     WHERE t.tenant = $1 AND t.expires_at > $2::timestamptz - interval '90 days'
     ORDER BY t.issued_at DESC, t.id LIMIT $3`,
    [tenant, now, limit],
  );
  return rows;
}

/** How many tokens of a tenant are in force. */
export async function countTokens(sql: SqlClient, tenant: string, now: Date): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM access.tokens WHERE tenant = $1 AND expires_at > $2 AND revoked_at IS NULL',
    [tenant, now],
  );
  return rows[0]?.count ?? 0;
}

/** Revokes a token of the tenant; answers it as it then is, and whether this call did it. Null where there is no such token. */
export async function revokeToken(
  sql: SqlClient,
  { tenant, id, by, at }: { readonly tenant: string; readonly id: string; readonly by: string; readonly at: Date },
): Promise<{ readonly token: TokenRecord; readonly isNew: boolean } | null> {
  const changed = await sql.query<TokenRecord>(
    `UPDATE access.tokens t SET revoked_at = $3, revoked_by = $4 WHERE tenant = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${columns}`,
    [tenant, id, at, by],
  );
  const [token] = changed.rows;
  if (token !== undefined) return { token, isNew: true };
  const { rows } = await sql.query<TokenRecord>(`SELECT ${columns} FROM access.tokens t WHERE tenant = $1 AND id = $2`, [tenant, id]);
  return rows[0] === undefined ? null : { token: rows[0], isNew: false };
}

/** Adds uses to what is on record of them. */
export async function addUses(sql: SqlClient, uses: readonly TokenUse[]): Promise<void> {
  if (uses.length === 0) return;
  await sql.query(
    `INSERT INTO access.token_uses AS u (token_id, hour, operation, uses, refused, first_used_at, last_used_at)
     SELECT n.* FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
       AS n (token_id, hour, operation, uses, refused, first_used_at, last_used_at)
     JOIN access.tokens t ON t.id = n.token_id
     ON CONFLICT (token_id, hour, operation) DO UPDATE SET uses = u.uses + excluded.uses, refused = u.refused + excluded.refused,
       first_used_at = least(u.first_used_at, excluded.first_used_at), last_used_at = greatest(u.last_used_at, excluded.last_used_at)`,
    [
      uses.map(({ tokenId }) => tokenId),
      uses.map(({ hour }) => hour),
      uses.map(({ operation }) => operation),
      uses.map((use) => use.uses),
      uses.map(({ refused }) => refused),
      uses.map(({ firstUsedAt }) => firstUsedAt),
      uses.map(({ lastUsedAt }) => lastUsedAt),
    ],
  );
}
