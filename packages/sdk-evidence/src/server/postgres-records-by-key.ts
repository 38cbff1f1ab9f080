// What a key signed, by release: for whoever is about to revoke it.
import type { SqlClient } from '@promotable/contracts';
import { onStore } from './store-unavailable.ts';

/** Whose records, by which key. */
export interface KeyRecordsQuery {
  readonly tenant: string;
  readonly keyId: string;
  /** Services that the caller may name; `['*']` = all. */
  readonly services: readonly string[];
  /** Releases that are listed at most, latest evidence first. */
  readonly limit: number;
}

/** A release and what of its evidence a key signed. */
export interface KeyRecords {
  readonly service: string;
  readonly releaseId: string;
  readonly records: number;
  readonly lastReceivedAt: Date;
  /** Statement digests, lowercase hex. */
  readonly statements: readonly string[];
}

/** Every release with evidence by a key, latest evidence first. @throws {EvidenceError} `STORE_UNAVAILABLE` */
export function postgresRecordsByKey(sql: SqlClient): (query: KeyRecordsQuery) => Promise<KeyRecords[]> {
  return ({ tenant, keyId, services, limit }) =>
    onStore(async () => {
      const { rows } = await sql.query<KeyRecords>(
        `SELECT service, release_id AS "releaseId", count(*)::int AS records, max(received_at) AS "lastReceivedAt",
           array_agg(statement_digest ORDER BY statement_digest) AS statements
         FROM evidence.records
         WHERE tenant = $1 AND key_id = $2 AND ($3::text[] @> '{*}' OR service = ANY ($3))
         GROUP BY service, release_id ORDER BY max(received_at) DESC, service, release_id LIMIT $4`,
        [tenant, keyId, [...services], limit],
      );
      return rows;
    });
}
